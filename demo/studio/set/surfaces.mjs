// Materials of rooms: flat paints, and drawn textures (wood, linen, tile, brick), rendered once and kept.
import sharp from 'sharp';
import * as ceramics from '../art/ceramics.mjs';
import { dice, many, r1 } from '../art/draw.mjs';
import * as posters from '../art/posters.mjs';
import * as prints from '../art/prints.mjs';
import { hex, texture } from '../tracer/texture.mjs';

const svg = (w, h, body, defs = '') =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="${w}" height="${h}"><defs>${defs}</defs>${body}</svg>`;

const grain = (a, b, fx, fy, seed, strength) =>
  `<filter id="g${seed}" x="0" y="0" width="100%" height="100%"><feTurbulence type="fractalNoise" baseFrequency="${fx} ${fy}" numOctaves="4" seed="${seed}" stitchTiles="stitch"/><feColorMatrix values="0 0 0 0 ${a} 0 0 0 0 ${a * 0.7} 0 0 0 0 ${b} ${strength} 0 0 0 ${-strength * 0.36}"/></filter>`;

function planks(base, dark, rows, seed, figure = 1.1) {
  const d = dice(seed),
    h = 1024 / rows;
  return svg(
    1024,
    1024,
    `<rect width="1024" height="1024" fill="${base}"/>${many(rows, (k) => `<rect y="${k * h}" width="1024" height="${h}" fill="${dark}" opacity="${r1(d.in(0, 0.34) * 10) / 10}"/>`)}<rect width="1024" height="1024" filter="url(#g${seed})"/>${rows > 1 ? many(rows, (k) => `<rect y="${k * h}" width="1024" height="2.5" fill="#1c120a" opacity="0.6"/><rect x="${r1(d.in(0, 1000))}" y="${k * h}" width="2.5" height="${h}" fill="#1c120a" opacity="0.6"/>`) : ''}`,
    grain(0.16, 0.05, 0.004, 0.09, seed, figure),
  );
}
const weave = (base, line, step, a = 0.4) =>
  svg(
    512,
    512,
    `<rect width="512" height="512" fill="${base}"/><g stroke="${line}" opacity="${a}">${many(512 / step, (k) => `<path d="M0 ${k * step}H512" stroke-width="${step * 0.35}"/><path d="M${k * step} 0V512" stroke-width="${step * 0.3}"/>`)}</g><rect width="512" height="512" filter="url(#g3)"/>`,
    grain(0.2, 0.2, 0.08, 0.08, 3, 0.5),
  );
const tiles = (tones, grout, nx, ny, seed, offset = 0, rough = 0.3) => {
  const d = dice(seed),
    w = 1024 / nx,
    h = 1024 / ny;
  return svg(
    1024,
    1024,
    `<rect width="1024" height="1024" fill="${grout}"/>${many(nx * ny, (k) => {
      const y = (k / nx) | 0,
        x = (k % nx) * w + (y % 2) * offset * w;
      const c = d.of(tones);
      return [x, x - 1024]
        .map(
          (q) =>
            `<rect x="${r1(q + 3)}" y="${r1(y * h + 3)}" width="${r1(w - 6)}" height="${r1(h - 6)}" rx="3" fill="${c}"/>`,
        )
        .join('');
    })}<rect width="1024" height="1024" filter="url(#g${seed})"/>`,
    grain(0.2, 0.2, 0.02, 0.02, seed, rough),
  );
};

const drawn = {
  oak: () => planks('#c99f6b', '#9a6f42', 1, 21),
  oakFloor: () => planks('#c49a68', '#8a6038', 8, 22),
  walnut: () => planks('#74492c', '#3a2113', 1, 23),
  darkFloor: () => planks('#6b4a33', '#38241a', 9, 24),
  paleFloor: () => planks('#d9c3a0', '#b3966c', 7, 25),
  deck: () => planks('#a08a72', '#6e5a48', 7, 26),
  whiteBoards: () => planks('#e9e4d8', '#cfc8b8', 6, 27, 0.3),
  painted: () => planks('#4f6f72', '#2f4a4e', 5, 28, 0.3),
  linen: () => weave('#d8cdb8', '#a99a7e', 4),
  blueLinen: () => weave('#6d8299', '#465a70', 4),
  greyWool: () => weave('#8c8b88', '#5f5e5c', 8),
  rug: () =>
    svg(
      1024,
      1024,
      `<rect width="1024" height="1024" fill="#e6dac4"/>${many(8, (k) => `<path d="${`M0 ${64 + k * 128}` + many(16, (j) => `l32 ${j % 2 ? 48 : -48}`) + many(16, (j) => `l32 ${j % 2 ? 48 : -48}`)}" fill="none" stroke="${['#3d3a36', '#b5593a'][k % 2]}" stroke-width="12"/>`)}<rect width="1024" height="1024" filter="url(#g6)"/>`,
      grain(0.2, 0.2, 0.3, 0.3, 6, 0.8),
    ),
  gingham: () =>
    svg(
      512,
      512,
      `<rect width="512" height="512" fill="#f5efe4"/>${many(8, (k) => `<rect x="${k * 64}" width="32" height="512" fill="#c24b43" opacity="0.5"/><rect y="${k * 64}" width="512" height="32" fill="#c24b43" opacity="0.5"/>`)}<rect width="512" height="512" filter="url(#g3)"/>`,
      grain(0.2, 0.2, 0.5, 0.5, 3, 0.5),
    ),
  stripes: () =>
    svg(
      512,
      512,
      `<rect width="512" height="512" fill="#f1eadc"/>${many(4, (k) => `<rect x="${k * 128 + 30}" width="44" height="512" fill="#2f5a7d"/>`)}<rect width="512" height="512" filter="url(#g3)"/>`,
      grain(0.2, 0.2, 0.5, 0.5, 3, 0.5),
    ),
  zellige: () => tiles(['#e8e4da', '#dcd8cc', '#f0ece2', '#dad8cf'], '#cdc8bc', 10, 10, 31, 0, 0.3),
  greenTile: () => tiles(['#3f6e5e', '#356153', '#4a7b69', '#2f5a4c'], '#c9c4b4', 5, 14, 32, 0.5),
  brick: () => tiles(['#94604f', '#875546', '#9f6c58', '#8d5a4a', '#794a3e'], '#a59a8e', 4, 13, 33, 0.5),
  whiteBrick: () => tiles(['#e8e4dc', '#e0dbd1', '#eeebe4'], '#cfc9bd', 4, 13, 34, 0.5),
  hexFloor: () => tiles(['#c9b8a2', '#b7a48c', '#a8543f', '#d8cbb8'], '#8f8577', 8, 8, 35),
  terrazzo: () => {
    const d = dice(36);
    return svg(
      1024,
      1024,
      `<rect width="1024" height="1024" fill="#e9e3d8"/>${many(420, () => {
        const x = d.in(0, 1024),
          y = d.in(0, 1024),
          r = d.in(4, 20);
        return `<path transform="translate(${r1(x)} ${r1(y)}) rotate(${r1(d.in(0, 360))})" d="M${r1(-r)} 0L${r1(-r * 0.2)} ${r1(-r * 0.7)} ${r1(r)} ${r1(-r * 0.2)} ${r1(r * 0.4)} ${r1(r * 0.6)}Z" fill="${d.of(['#b98068', '#55605e', '#c9b48e', '#8a9a94', '#3d3f40', '#d9c3b0'])}"/>`;
      })}`,
    );
  },
  marble: () =>
    svg(
      1024,
      1024,
      '<rect width="1024" height="1024" fill="#eceae6"/><rect width="1024" height="1024" filter="url(#m)"/>',
      '<filter id="m"><feTurbulence type="turbulence" baseFrequency="0.004 0.007" numOctaves="5" seed="12" stitchTiles="stitch"/><feColorMatrix values="0 0 0 0 0.35 0 0 0 0 0.36 0 0 0 0 0.38 -5 0 0 0 0.72"/></filter>',
    ),
  stone: () =>
    svg(
      1024,
      1024,
      '<rect width="1024" height="1024" fill="#a39b90"/><rect width="1024" height="1024" filter="url(#g7)"/>',
      grain(0.2, 0.2, 0.015, 0.02, 7, 1.4),
    ),
  sand: () =>
    svg(
      1024,
      1024,
      '<rect width="1024" height="1024" fill="#d8c09a"/><rect width="1024" height="1024" filter="url(#g8)"/>',
      grain(0.3, 0.2, 0.2, 0.2, 8, 0.9),
    ),
  kraft: () =>
    svg(
      512,
      512,
      '<rect width="512" height="512" fill="#b98f61"/><rect width="512" height="512" filter="url(#g9)"/>',
      grain(0.25, 0.15, 0.02, 0.4, 9, 0.5),
    ),
  wicker: () => {
    const d = dice(37);
    return svg(
      512,
      512,
      `<rect width="512" height="512" fill="#8a6238"/>${many(256, (k) => `<rect x="${(k % 16) * 32 + 2}" y="${((k / 16) | 0) * 32 + ((k % 16) % 2) * 16 + 1}" width="28" height="28" rx="10" fill="${d.of(['#c79a5e', '#b98b50', '#d2a86e'])}"/>`)}`,
    );
  },
  // Views and glows, for windows.
  rain: () => {
    const d = dice(41);
    return svg(
      800,
      1000,
      `<rect width="800" height="1000" fill="url(#s)"/><g filter="url(#b)">${many(26, () => `<ellipse cx="${r1(d.in(0, 800))}" cy="${r1(d.in(620, 980))}" rx="${r1(d.in(60, 150))}" ry="${r1(d.in(40, 120))}" fill="${d.of(['#4d5f52', '#5d6e62', '#3f5048', '#6c7b78'])}"/>`)}<rect x="480" y="380" width="190" height="500" fill="#8d8682"/><path d="M460 390L575 290 690 390Z" fill="#6d5a58"/><rect x="520" y="470" width="40" height="60" fill="#f1cf92"/></g>${many(
        1500,
        () => {
          const x = d.in(0, 800),
            y = d.in(0, 1000),
            r = d.in(0.7, 1.4) + d() ** 6 * 2.6;
          return `<ellipse cx="${r1(x)}" cy="${r1(y)}" rx="${r1(r)}" ry="${r1(r * 1.2)}" fill="#31404a" opacity="0.5"/><ellipse cx="${r1(x)}" cy="${r1(y + r * 0.35)}" rx="${r1(r * 0.75)}" ry="${r1(r * 0.7)}" fill="#e3ebef" opacity="0.75"/>`;
        },
      )}${many(26, () => {
        const x = d.in(0, 800),
          y = d.in(0, 700),
          l = d.in(60, 260);
        return `<path d="M${r1(x)} ${r1(y)}q${r1(d.in(-8, 8))} ${r1(l / 2)} ${r1(d.in(-6, 6))} ${r1(l)}" stroke="#dbe4e8" stroke-width="${r1(d.in(1, 2.4))}" opacity="0.4" fill="none" stroke-linecap="round"/>`;
      })}`,
      '<linearGradient id="s" x2="0" y2="1"><stop stop-color="#b9c5cc"/><stop offset="0.55" stop-color="#9fb0b8"/><stop offset="1" stop-color="#75858a"/></linearGradient><filter id="b"><feGaussianBlur stdDeviation="22"/></filter>',
    );
  },
  garden: () => {
    const d = dice(42);
    return svg(
      800,
      1000,
      `<rect width="800" height="1000" fill="url(#s)"/><g filter="url(#b)">${many(70, () => `<circle cx="${r1(d.in(0, 800))}" cy="${r1(d.in(420, 1000))}" r="${r1(d.in(20, 90))}" fill="${d.of(['#7fa05a', '#5d8a48', '#a3bd6a', '#4a7440', '#c5cf86'])}"/>`)}</g>`,
      '<linearGradient id="s" x2="0" y2="1"><stop stop-color="#dcecf6"/><stop offset="1" stop-color="#f4f3dc"/></linearGradient><filter id="b"><feGaussianBlur stdDeviation="26"/></filter>',
    );
  },
  sunset: () =>
    svg(
      1600,
      800,
      `<rect width="1600" height="800" fill="url(#s)"/><circle cx="980" cy="450" r="46" fill="#fff2c9"/><circle cx="980" cy="450" r="240" fill="url(#h)"/><g filter="url(#b)"><path d="M0 300Q300 270 700 310T1600 250V290Q1200 320 800 340T0 340Z" fill="#e88f6a" opacity="0.6"/><path d="M0 180Q400 130 900 190T1600 130V165Q1100 200 700 220T0 220Z" fill="#d98a86" opacity="0.5"/></g><rect y="490" width="1600" height="310" fill="url(#w)"/>${many(60, (k) => `<ellipse cx="${980 + Math.sin(k * 7.3) * (30 + k * 3)}" cy="${494 + k * 5}" rx="${14 + ((k * 37) % 40)}" ry="2" fill="#ffdf9e" opacity="0.7"/>`)}<path d="M0 492L120 470 260 476 380 490Z" fill="#6a4a5c"/>`,
      '<linearGradient id="s" x2="0" y2="1"><stop stop-color="#5a6d9a"/><stop offset="0.3" stop-color="#b58aa0"/><stop offset="0.55" stop-color="#f4a974"/><stop offset="0.62" stop-color="#ffd38e"/></linearGradient><linearGradient id="w" x2="0" y2="1"><stop stop-color="#d98f6e"/><stop offset="1" stop-color="#43597c"/></linearGradient><radialGradient id="h"><stop stop-color="#ffeab0" stop-opacity="0.9"/><stop offset="1" stop-color="#ffb870" stop-opacity="0"/></radialGradient><filter id="b"><feGaussianBlur stdDeviation="18"/></filter>',
    ),
  seaDay: () => {
    const d = dice(43);
    return svg(
      1600,
      800,
      `<rect width="1600" height="800" fill="url(#s)"/><g filter="url(#b)" fill="#fff" opacity="0.7">${many(22, () => `<ellipse cx="${r1(d.in(0, 1600))}" cy="${r1(d.in(120, 360))}" rx="${r1(d.in(60, 190))}" ry="${r1(d.in(12, 36))}"/>`)}</g><rect y="450" width="1600" height="350" fill="url(#w)"/>${many(130, () => `<ellipse cx="${r1(d.in(0, 1600))}" cy="${r1(d.in(460, 780))}" rx="${r1(d.in(8, 50))}" ry="1.8" fill="#dff0f2" opacity="0.55"/>`)}<path d="M1050 452L1180 402 1330 396 1470 430 1600 436V452Z" fill="#5f7f74"/>`,
      '<linearGradient id="s" x2="0" y2="1"><stop stop-color="#7db4dc"/><stop offset="0.56" stop-color="#dcecf2"/></linearGradient><linearGradient id="w" x2="0" y2="1"><stop stop-color="#5f9fb4"/><stop offset="1" stop-color="#2a6f8c"/></linearGradient><filter id="b"><feGaussianBlur stdDeviation="16"/></filter>',
    );
  },
  city: () => {
    const d = dice(44);
    return svg(
      800,
      1000,
      `<rect width="800" height="1000" fill="#10162b"/>${many(150, () => `<circle cx="${r1(d.in(0, 800))}" cy="${r1(d.in(340, 980))}" r="${r1(d.in(6, 24))}" fill="${d.of(['#ffcf87', '#ff9d5c', '#ffe7b8', '#8fb4ff', '#ff6f61'])}" opacity="${r1(d.in(0.2, 0.8))}"/>`)}`,
    );
  },
  panes: () =>
    svg(
      300,
      400,
      '<rect width="300" height="400" fill="#fff"/><path d="M150 0V400M0 135H300M0 265H300" stroke="#222" stroke-width="14"/><rect width="300" height="400" fill="none" stroke="#222" stroke-width="18"/>',
    ),
  latte: () =>
    svg(
      400,
      400,
      '<rect width="400" height="400" fill="#8a552c"/><circle cx="200" cy="200" r="198" fill="#a86f3d"/><path d="M200 330C110 260 110 150 160 120 190 104 200 140 200 160 200 140 210 104 240 120 290 150 290 260 200 330Z" fill="#f3e3c8"/><path d="M200 280C160 240 150 190 170 165M200 280C240 240 250 190 230 165" stroke="#a86f3d" stroke-width="9" fill="none"/>',
    ),
  soup: () => {
    const d = dice(45);
    return svg(
      600,
      600,
      `<rect width="600" height="600" fill="#d8732a"/><path d="M300 300m-150 0a150 150 0 1 1 150 150a110 110 0 1 1 90 -180a70 70 0 1 1 -100 60" fill="none" stroke="#f8ead0" stroke-width="24" stroke-linecap="round"/>${many(46, () => `<ellipse cx="${r1(d.in(120, 480))}" cy="${r1(d.in(120, 480))}" rx="11" ry="5" transform="rotate(${r1(d.in(0, 180))} 300 300)" fill="#3e6b34"/>`)}`,
    );
  },
  lemon: () =>
    svg(
      300,
      300,
      `<rect width="300" height="300" fill="#f0c22e"/><circle cx="150" cy="150" r="134" fill="#fdf3c4"/>${many(9, (k) => `<path d="M0 -14L-36 -112Q0 -130 36 -112Z" fill="#f5d648" transform="translate(150 150) rotate(${k * 40})"/>`)}`,
    ),
  letter: () =>
    svg(
      500,
      700,
      `<rect width="500" height="700" fill="#fbf7ec"/><text x="250" y="120" text-anchor="middle" font-family="League Spartan" font-weight="800" font-size="46" fill="#1f3a4d">TIDELINE</text><text x="250" y="160" text-anchor="middle" font-family="EB Garamond" font-style="italic" font-size="26" fill="#a4472f">made slowly, by the sea</text>${many(9, (k) => `<rect x="80" y="${250 + k * 36}" width="${340 - ((k * 53) % 120)}" height="5" fill="#6b6658" opacity="0.6"/>`)}`,
    ),
};

const art = { ...prints, ...posters, ...ceramics };
const cache = new Map();

/** A texture by name: an artwork of the brand or a surface of the room. */
export async function tex(name) {
  if (!cache.has(name)) {
    const make = art[name] ?? drawn[name];
    if (!make) throw new Error(`no texture ${name}`);
    const { data, info } = await sharp(Buffer.from(make()))
      .flatten({ background: '#fff' })
      .removeAlpha()
      .toColourspace('srgb')
      .raw()
      .toBuffer({ resolveWithObject: true });
    cache.set(name, texture(data, info.width, info.height));
  }
  return cache.get(name);
}

/** What a scene asks for, loaded: it is run once to hear the names, then again with the textures. */
export async function stage(make) {
  const names = new Set();
  make(
    new Proxy(
      {},
      {
        get: (_, name) => {
          names.add(name);
          return { w: 1, h: 1 };
        },
      },
    ),
  );
  const T = {};
  for (const name of names) T[name] = await tex(name);
  return make(T);
}

export const paint = (c, extra) => ({ color: hex(c), ...extra });
export const wall = (c) => paint(c, { bump: 0.1, bumpScale: 60 });
export const cloth = (c, extra) => paint(c, { bump: 0.5, bumpScale: 420, ...extra });
export const glow = (c, k) => ({ color: [0, 0, 0], emit: hex(c).map((x) => x * k) });
/** Tiled texture; `size` is how many metres one repeat spans. */
export const tiled = (t, size, extra) => ({ tex: t, mirror: true, scale: [1 / size, 1 / size], ...extra });
