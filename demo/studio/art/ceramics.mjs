// What is painted on the pots. Round pieces: x runs once round the pot, y from foot (bottom) to rim. Flat ones: seen from above.
import { brush, curve, dice, many, r1 } from './draw.mjs';

const glaze = (w, h, base, body, fleck = '#6b5138', n = 500, seed = 3) => {
  const d = dice(seed);
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${w}" height="${h}" viewBox="0 0 ${w} ${h}"><defs>
<filter id="wash" x="-5%" y="-20%" width="110%" height="140%"><feTurbulence type="fractalNoise" baseFrequency="0.012 0.03" numOctaves="3" seed="5" stitchTiles="stitch"/><feDisplacementMap in="SourceGraphic" scale="10" xChannelSelector="R" yChannelSelector="G"/></filter>
<filter id="pool"><feTurbulence type="fractalNoise" baseFrequency="0.005 0.008" numOctaves="3" seed="8" stitchTiles="stitch"/><feColorMatrix values="0 0 0 0 0  0 0 0 0 0  0 0 0 0 0  0.32 0 0 0 -0.1"/></filter></defs>
<rect width="${w}" height="${h}" fill="${base}"/>${body}<rect width="${w}" height="${h}" filter="url(#pool)" opacity="0.5"/>
<g fill="${fleck}">${many(n, () => `<circle cx="${r1(d.in(0, w))}" cy="${r1(d.in(0, h))}" r="${r1(d.in(0.5, 2.6))}" opacity="${r1(d.in(0.15, 0.65))}"/>`)}</g></svg>`;
};

/** Mug: brushed cobalt ripples over milk glaze, raw clay at the foot. */
export function ripple() {
  const row = (y, w, a, ph, c) => {
    const pts = Array.from({ length: 61 }, (_, k) => [
      (k * 2000) / 60,
      y + Math.sin((k / 60) * Math.PI * 2 * 5 + ph) * a + Math.sin((k / 60) * Math.PI * 2 * 2 + ph * 2) * a * 0.5,
    ]);
    return `<path d="${brush(pts, (t) => w * (0.72 + 0.3 * Math.sin(t * Math.PI * 14 + ph)))}" fill="${c}"/>`;
  };
  return glaze(
    2000,
    1000,
    '#f1ece0',
    `<g filter="url(#wash)">${row(190, 30, 18, 0, '#27508f')}${row(290, 58, 24, 0.8, '#2f5fa3')}${row(400, 22, 20, 1.7, '#6d96c4')}${row(500, 74, 26, 2.3, '#214580')}${row(622, 26, 18, 3.2, '#3b6cae')}${row(712, 14, 14, 4, '#6d96c4')}</g><rect y="845" width="2000" height="160" fill="#b98d66"/><rect y="838" width="2000" height="9" fill="#d8c3a4"/>`,
    '#6b5138',
    700,
    3,
  );
}

/** Bowl, outside: kelp in wax resist on celadon. */
export function kelpBand() {
  const d = dice(14);
  const frond = (x, lean, h) => {
    const stem = Array.from({ length: 9 }, (_, k) => [
      x + lean * (k / 8) ** 2 + Math.sin(k * 0.9) * 9,
      930 - (h * k) / 8,
    ]);
    return (
      `<path d="${brush(stem, (t) => 12 * (1 - t) + 4)}"/>` +
      many(7, (k) => {
        const [px, py] = stem[k + 1],
          s = k % 2 ? 1 : -1,
          l = 110 - k * 7;
        return `<path d="${curve(
          [
            [px, py],
            [px + s * l * 0.45, py - 46],
            [px + s * l, py - 62],
            [px + s * l * 0.62, py - 14],
          ],
          true,
        )}"/>`;
      })
    );
  };
  return glaze(
    2400,
    1000,
    '#5f9a8f',
    `<g filter="url(#wash)" fill="#f2efe0">${many(14, (k) => frond(85 + k * 171, d.in(-50, 50), d.in(560, 720)))}</g><rect width="2400" height="62" fill="#2f5f5c"/><rect y="930" width="2400" height="70" fill="#b58a62"/>`,
    '#274a45',
    500,
    4,
  );
}

/** Bowl, inside: cream, a spiral of brush dabs. */
export const bowlInside = () =>
  glaze(
    1200,
    1200,
    '#efe9d8',
    `<g filter="url(#wash)" fill="#4d8a80">${many(26, (k) => {
      const a = k * 0.62,
        r = 60 + k * 15;
      return `<ellipse cx="${r1(600 + Math.cos(a) * r)}" cy="${r1(600 + Math.sin(a) * r)}" rx="${22 + k * 1.3}" ry="${9 + k * 0.5}" transform="rotate(${r1(a * 57.3 + 90)} ${r1(600 + Math.cos(a) * r)} ${r1(600 + Math.sin(a) * r)})"/>`;
    })}</g>`,
    '#6b5138',
    420,
    6,
  );

/** Vase: beach pebbles, scattered and stacked. */
export function pebbles() {
  const d = dice(19),
    tone = ['#b5593a', '#2e3338', '#d9a441', '#f7f1e4', '#7d8a88', '#c98b6c'];
  let placed = [],
    s = '';
  for (let k = 0; k < 900 && placed.length < 96; k++) {
    const x = d.in(0, 2000),
      y = d.in(110, 1480),
      rx = d.in(34, 104),
      ry = rx * d.in(0.55, 0.85);
    if (
      placed.some(
        ([a, b, q]) => Math.hypot(Math.min(Math.abs(a - x), 2000 - Math.abs(a - x)), (b - y) * 1.25) < q + rx + 8,
      )
    )
      continue;
    placed.push([x, y, rx]);
    const pts = Array.from({ length: 9 }, (_, j) => {
      const a = (j / 9) * Math.PI * 2,
        f = d.in(0.88, 1.1);
      return [Math.cos(a) * rx * f, Math.sin(a) * ry * f];
    });
    const c = d.of(tone),
      rot = r1(d.in(-25, 25));
    for (const o of [-2000, 0, 2000])
      if (x + o > -120 && x + o < 2120)
        s += `<g transform="translate(${r1(x + o)} ${r1(y)}) rotate(${rot})"><path d="${curve(pts, true)}" fill="${c}"/>${
          c === '#2e3338'
            ? `<path d="${curve([
                [-rx * 0.8, 0],
                [0, -ry * 0.2],
                [rx * 0.8, ry * 0.1],
              ])}" stroke="#f7f1e4" stroke-width="5" fill="none"/>`
            : ''
        }</g>`;
  }
  return glaze(2000, 1600, '#e6d8c0', s, '#7a5a3c', 1100, 7);
}

/** Plate: a shoal going round a slice of lemon. */
export function sardines() {
  const fish = (a, r, k) =>
    `<g transform="rotate(${a}) translate(0 ${-r}) rotate(${k % 2 ? 3 : -3}) scale(1.12)"><path d="${curve(
      [
        [-150, 0],
        [-118, -24],
        [-50, -42],
        [30, -36],
        [104, -12],
        [104, 12],
        [30, 34],
        [-50, 38],
        [-118, 22],
      ],
      true,
    )}" fill="#9fb6c4"/><path d="${curve(
      [
        [-150, 0],
        [-118, -24],
        [-50, -42],
        [30, -36],
        [104, -12],
        [60, -8],
        [-40, -10],
        [-116, -4],
      ],
      true,
    )}" fill="#27476b"/><path d="${curve(
      [
        [98, 0],
        [128, -22],
        [160, -36],
        [146, 0],
        [160, 36],
        [128, 22],
      ],
      true,
    )}" fill="#27476b"/><circle cx="-116" cy="-6" r="8" fill="#f6efe0"/><circle cx="-116" cy="-6" r="4" fill="#162638"/><path d="M-92 -26Q-78 0 -92 24" stroke="#27476b" stroke-width="4" fill="none"/>${many(6, (j) => `<path d="M${-62 + j * 24} 6q10 8 20 0" stroke="#f6efe0" stroke-width="4" fill="none"/>`)}<path d="${curve(
      [
        [-10, -40],
        [16, -66],
        [44, -36],
      ],
    )}Z" fill="#27476b"/></g>`;
  return glaze(
    1600,
    1600,
    '#f4efe2',
    `<g filter="url(#wash)"><circle cx="800" cy="800" r="770" fill="none" stroke="#27476b" stroke-width="34"/>${many(56, (k) => `<path d="M0 -722L0 -664" stroke="#d9632f" stroke-width="11" stroke-linecap="round" transform="translate(800 800) rotate(${(k * 360) / 56})"/>`)}
<g transform="translate(800 800)">${many(8, (k) => fish(k * 45, 430, k))}<circle r="150" fill="#f0c23c"/><circle r="128" fill="#f8e9a4"/>${many(9, (k) => `<path d="M0 -18L-34 -104Q0 -128 34 -104Z" fill="#f0cf58" transform="rotate(${k * 40})"/>`)}</g></g>`,
    '#7a6248',
    500,
    9,
  );
}
