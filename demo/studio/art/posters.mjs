// The four posters, 1000 x 1400.
import { brush, curve, dice, many, r1, sheetOf } from './draw.mjs';

/** Travel poster: a lighthouse on its rock at dusk. */
export function lighthouse() {
  const d = dice(8),
    sky = ['#2a2f55', '#4b3d69', '#7d4a72', '#b85c6b', '#e07f61', '#f2a864', '#f8cd86'];
  const band = (k) =>
    `<path d="${curve([
      [0, 150 + k * 108],
      [250, 136 + k * 108 + (k % 2) * 26],
      [520, 160 + k * 108],
      [780, 140 + k * 108 + ((k + 1) % 2) * 22],
      [1000, 152 + k * 108],
    ])}L1000 1400L0 1400Z" fill="${sky[k]}"/>`;
  const sea = many(7, (j) => {
    const y = 930 + j * 44;
    return `<path d="${curve(Array.from({ length: 9 }, (_, k) => [k * 130 - 20, y + Math.sin(k * 1.7 + j * 2) * 9]))}L1020 1400L-20 1400Z" fill="${['#e29a6b', '#b8746a', '#7f5a70', '#574a6b', '#3d3d62', '#2c3156', '#212748'][j]}"/>`;
  });
  return sheetOf(
    1000,
    1400,
    sky[0],
    `${many(7, band)}
<circle cx="255" cy="858" r="112" fill="#fdeab5"/>${sea}
${many(
  9,
  (k) =>
    `<path d="${brush(
      [
        [200 - k * 9, 944 + k * 24],
        [255, 941 + k * 24],
        [310 + k * 9, 944 + k * 24],
      ],
      (t) => 9 * Math.sin(t * Math.PI),
    )}" fill="#fdeab5"/>`,
)}
<path d="M690 318L-60 140 -60 330Z" fill="#fff3c9" opacity="0.35"/><path d="M690 318L1100 210 1100 420Z" fill="#fff3c9" opacity="0.3"/>
<path d="M380 1150L430 1050 486 1010 520 930 570 905 600 860 780 856 830 900 880 912 930 990 1000 1020 1000 1400 340 1400Z" fill="#1b2040"/>
<path d="M486 1010L520 930 570 905 600 860 640 858 600 940 570 1010 560 1150 500 1150Z" fill="#3a355c"/><path d="M780 856L830 900 800 980 840 1090 760 1090Z" fill="#2a2b50"/>
<path d="M634 860L654 390 726 390 746 860Z" fill="#f6ead2"/><path d="M690 390L726 390 746 860 690 860Z" fill="#e2cfb4"/>
<path d="M650.5 480L729.5 480 733 566 647 566ZM643.4 650L736.6 650 740.2 736 639.8 736Z" fill="#c8443d"/><path d="M690 480L729.5 480 733 566 690 566ZM690 650L736.6 650 740.2 736 690 736Z" fill="#a5343a"/>
<rect x="634" y="372" width="112" height="20" fill="#1b2040"/><rect x="662" y="276" width="56" height="98" fill="#ffe9a6"/><path d="M674 276L674 372M690 276L690 372M706 276L706 372" stroke="#1b2040" stroke-width="5"/><path d="M650 278L690 228 730 278Z" fill="#c8443d"/><rect x="686" y="200" width="8" height="34" fill="#1b2040"/>
<path d="M760 856L760 796 800 764 840 796 840 862Z" fill="#f6ead2"/><path d="M748 800L800 756 852 800Z" fill="#c8443d"/><rect x="788" y="812" width="22" height="26" fill="#ffd873"/><rect x="680" y="600" width="18" height="30" rx="9" fill="#1b2040"/><rect x="676" y="800" width="30" height="60" rx="15" fill="#1b2040"/>
${many(7, () => {
  const x = d.in(90, 560),
    y = d.in(330, 640),
    w = d.in(16, 34);
  return `<path d="${curve([
    [x - w, y - 6],
    [x - w * 0.4, y - 12],
    [x, y],
    [x + w * 0.4, y - 12],
    [x + w, y - 6],
  ])}" fill="none" stroke="#2a2f55" stroke-width="4.5" stroke-linecap="round"/>`;
})}
<text x="500" y="1296" text-anchor="middle" font-family="League Spartan" font-weight="800" font-size="112" letter-spacing="2" fill="#fdeab5">SKERRY POINT</text><text x="500" y="1348" text-anchor="middle" font-family="League Spartan" font-weight="500" font-size="30" letter-spacing="11" fill="#f2a864">WHERE THE ROAD GIVES UP</text>
<rect x="26" y="26" width="948" height="1348" fill="none" stroke="#fdeab5" stroke-width="6"/>`,
  );
}

/** Mid-century modules: sun, sail, wave, pebble on a grid. */
export function sunAndSail() {
  const c = { n: '#1f3a4d', t: '#2f8085', m: '#e3a93c', r: '#d55b3e', s: '#f1dfc0', k: '#f7f0e1' };
  const q = 215;
  const tile = {
    sun: (a, b) =>
      `<rect width="${q}" height="${q}" fill="${a}"/><circle cx="${q / 2}" cy="${q / 2}" r="${q * 0.36}" fill="${b}"/>`,
    half: (a, b) =>
      `<rect width="${q}" height="${q}" fill="${a}"/><path d="M0 ${q}A${q / 2} ${q / 2} 0 0 1 ${q} ${q}Z" fill="${b}"/><path d="M0 ${q / 2}A${q / 2} ${q / 2} 0 0 1 ${q} ${q / 2}Z" fill="${b}"/>`,
    quarter: (a, b) =>
      `<rect width="${q}" height="${q}" fill="${a}"/><path d="M0 0A${q} ${q} 0 0 1 ${q} ${q}L0 ${q}Z" fill="${b}"/>`,
    rings: (a, b) =>
      `<rect width="${q}" height="${q}" fill="${a}"/>${[1, 0.75, 0.5, 0.25].map((f, k) => `<path d="M${q} ${q}L${q - q * f} ${q}A${q * f} ${q * f} 0 0 1 ${q} ${q - q * f}Z" fill="${k % 2 ? a : b}"/>`).join('')}`,
    sail: (a, b, e) =>
      `<rect width="${q}" height="${q}" fill="${a}"/><path d="M${q / 2 - 5} ${q - 40}L${q / 2 - 5} 20 18 ${q - 40}Z" fill="${b}"/><path d="M${q / 2 + 5} ${q - 40}L${q / 2 + 5} 60 ${q - 24} ${q - 40}Z" fill="${e}"/><path d="M26 ${q - 30}L${q - 26} ${q - 30}A${q} ${q} 0 0 1 ${q - 60} ${q - 8}L60 ${q - 8}Z" fill="${e}"/>`,
    wave: (a, b) =>
      `<rect width="${q}" height="${q}" fill="${a}"/>${many(4, (k) => `<path d="M0 ${30 + k * 52}q${q / 8} -36 ${q / 4} 0t${q / 4} 0 ${q / 4} 0 ${q / 4} 0" fill="none" stroke="${b}" stroke-width="17"/>`)}`,
    leaf: (a, b) =>
      `<rect width="${q}" height="${q}" fill="${a}"/><path d="M0 ${q}A${q} ${q} 0 0 1 ${q} 0A${q} ${q} 0 0 1 0 ${q}Z" fill="${b}"/><path d="M0 ${q}L${q} 0" stroke="${a}" stroke-width="7"/>`,
  };
  const plan = [
    ['sun', 'n', 'm'],
    ['quarter', 's', 'r'],
    ['leaf', 't', 's'],
    ['half', 'k', 'n'],
    ['wave', 's', 't'],
    ['sail', 'm', 'k', 'n'],
    ['rings', 'n', 's'],
    ['quarter', 'r', 'm', 90],
    ['leaf', 'r', 'k', 90],
    ['rings', 's', 't', 180],
    ['sun', 't', 'r'],
    ['wave', 'k', 'n'],
    ['half', 'm', 'r'],
    ['quarter', 'n', 't', 180],
    ['sail', 's', 'r', 'n'],
    ['leaf', 'n', 'm'],
    ['rings', 'k', 'r', 90],
    ['wave', 'n', 'm'],
    ['quarter', 't', 's', 270],
    ['sun', 's', 'n'],
  ];
  return sheetOf(
    1000,
    1400,
    c.k,
    plan
      .map(([t, a, b, e, g], k) => {
        const turn = typeof e === 'number' ? e : (g ?? 0);
        return `<g transform="translate(${70 + (k % 4) * q} ${70 + ((k / 4) | 0) * q}) rotate(${turn} ${q / 2} ${q / 2})">${tile[t](c[a], c[b], c[e] ?? c.n)}</g>`;
      })
      .join('') +
      `<text x="70" y="1252" font-family="League Spartan" font-weight="800" font-size="74" fill="${c.n}">Sun &amp; Sail</text><text x="70" y="1310" font-family="League Spartan" font-weight="500" font-size="28" letter-spacing="4" fill="${c.r}">TIDELINE STUDIO  No. 6</text><circle cx="890" cy="1254" r="42" fill="${c.r}"/><path d="M890 1212A42 42 0 0 1 890 1296Z" fill="${c.m}"/>`,
  );
}

/** Overprinted sails, as if from three screens. */
export function regatta() {
  const d = dice(21),
    inks = ['#ef6b4a', '#1f7a8c', '#f2b134', '#24466b', '#e8927c', '#58a4a0'];
  const boat = (x, y, s, a, b) =>
    `<g transform="translate(${x} ${y}) scale(${s}) rotate(${r1(d.in(-5, 5))})" style="mix-blend-mode:multiply"><path d="M0 0L0 -560C130 -380 210 -180 230 0Z" fill="${a}" style="mix-blend-mode:multiply"/><path d="M-16 0L-16 -480C-120 -330 -190 -140 -200 0Z" fill="${b}" style="mix-blend-mode:multiply"/><path d="M-210 22L250 22C200 74 150 84 90 86L-110 86C-160 84 -190 60 -210 22Z" fill="#24314a"/></g>`;
  return sheetOf(
    1000,
    1400,
    '#f6efdf',
    `<circle cx="760" cy="290" r="150" fill="#f2b134"/>
${boat(250, 640, 0.62, inks[5], inks[4])}${boat(820, 700, 0.7, inks[1], inks[2])}${boat(540, 760, 1.02, inks[0], inks[3])}${boat(220, 900, 0.9, inks[2], inks[1])}${boat(790, 930, 0.84, inks[3], inks[0])}
${many(6, (j) => `<path d="${curve(Array.from({ length: 12 }, (_, k) => [k * 100 - 50, 968 + j * 30 + Math.sin(k * 1.6 + j * 1.2) * 10]))}" fill="none" stroke="${['#1f7a8c', '#58a4a0', '#24466b'][j % 3]}" stroke-width="${11 - j}"/>`)}
<text x="500" y="1312" text-anchor="middle" font-family="Bebas Neue" font-weight="700" font-size="254" letter-spacing="10" fill="#24314a">REGATTA</text><text x="500" y="1362" text-anchor="middle" font-family="League Spartan" font-weight="600" font-size="27" letter-spacing="8" fill="#ef6b4a">TWELVE BOATS  ONE HARBOUR  NO WIND</text>`,
  );
}

/** Swimmers from above, in water of cut paper. */
export function swimClub() {
  const d = dice(31);
  const ripple = many(46, () => {
    const x = d.in(-40, 960),
      y = d.in(30, 1380),
      l = d.in(60, 190),
      up = d.in(8, 20);
    return `<path d="${brush(
      [
        [x, y],
        [x + l * 0.25, y - up],
        [x + l * 0.5, y],
        [x + l * 0.75, y + up],
        [x + l, y],
      ],
      (t) => 8 * Math.sin(t * Math.PI) + 1,
    )}" fill="${d.of(['#7fd0cb', '#bfe6da', '#2a94a3'])}"/>`;
  });
  const swimmer = (
    x,
    y,
    a,
    cap,
    suit,
    skin,
  ) => `<g transform="translate(${x} ${y}) rotate(${a})">${[150, 118, 88].map((r, k) => `<ellipse cy="26" rx="${r * 0.8}" ry="${r * 1.25}" fill="none" stroke="#e9f6ee" stroke-width="${5 + k}" stroke-dasharray="${40 + k * 26} ${26 + k * 9}"/>`).join('')}
<path d="${brush(
    [
      [-24, 6],
      [-66, -30],
      [-58, -92],
    ],
    (t) => 25 - t * 11,
  )}" fill="${skin}"/><path d="${brush(
    [
      [24, 10],
      [62, 54],
      [70, 104],
    ],
    (t) => 25 - t * 11,
  )}" fill="${skin}"/>
<path d="${brush(
    [
      [-12, 96],
      [-20, 156],
      [-12, 210],
    ],
    (t) => 27 - t * 13,
  )}" fill="${skin}"/><path d="${brush(
    [
      [13, 96],
      [24, 152],
      [34, 200],
    ],
    (t) => 27 - t * 13,
  )}" fill="${skin}"/>
<path d="${curve(
    [
      [-34, 0],
      [0, -14],
      [34, 0],
      [28, 60],
      [30, 104],
      [0, 118],
      [-30, 104],
      [-28, 60],
    ],
    true,
  )}" fill="${suit}"/><path d="M-20 -2L-8 34 8 34 20 -2" fill="${skin}"/><ellipse cy="-34" rx="25" ry="29" fill="${cap}"/><path d="M-22 -46Q0 -60 22 -46" stroke="#fff" stroke-width="5" fill="none" opacity="0.7"/></g>`;
  return sheetOf(
    1000,
    1400,
    '#3fb0b5',
    `<path d="M0 0L1000 0 1000 420 C760 520 700 330 480 430 C260 520 160 400 0 500Z" fill="#8fd6cd"/><path d="${curve([
      [-20, 980],
      [180, 900],
      [420, 1010],
      [640, 900],
      [860, 960],
      [1020, 880],
    ])}L1020 1420L-20 1420Z" fill="#1f7f94"/><path d="${curve([
      [-20, 1180],
      [220, 1120],
      [480, 1200],
      [740, 1110],
      [1020, 1160],
    ])}L1020 1420L-20 1420Z" fill="#15586f"/>
${ripple}${swimmer(300, 650, 24, '#ef5d4a', '#26324f', '#e8b48f')}${swimmer(690, 560, 62, '#f6c445', '#d94f45', '#a86a47')}${swimmer(560, 880, -16, '#f7f1e3', '#f0a32f', '#f0c5a4')}${swimmer(830, 880, 34, '#ef5d4a', '#f7f1e3', '#6d442f')}${swimmer(170, 960, 8, '#f6c445', '#3a6b4f', '#d99f78')}
<g font-family="League Spartan" font-weight="900" fill="#fbf4e2"><text x="70" y="196" font-size="178" letter-spacing="-4" fill="#15475c">COLD</text><text x="70" y="346" font-size="178" letter-spacing="-4" fill="#15475c">WATER</text><text x="70" y="1306" font-size="178" letter-spacing="-4">CLUB</text></g><text x="936" y="1262" text-anchor="end" font-family="Lobster Two" font-style="italic" font-weight="700" font-size="50" fill="#f6c445">every dawn,</text><text x="936" y="1312" text-anchor="end" font-family="Lobster Two" font-style="italic" font-weight="700" font-size="50" fill="#f6c445">all winter</text>`,
  );
}
