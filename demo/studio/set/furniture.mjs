// What stands about in homes. Metres, standing on y = 0, facing +z.
import { dice } from '../art/draw.mjs';
import { box, lathe, place, quad, roundBox, sheet, smooth, sphere, tube } from '../tracer/mesh.mjs';
import { glow, paint, tiled } from './surfaces.mjs';

const legs = (m, w, d, h, t, splay = 0) =>
  [
    [-1, -1],
    [1, -1],
    [-1, 1],
    [1, 1],
  ].map(([a, b]) =>
    tube(
      m,
      [
        [(a * w) / 2, h, (b * d) / 2],
        [a * (w / 2 + splay), 0, b * (d / 2 + splay)],
      ],
      (v) => t * (1 - v * 0.35),
      { seg: 12, steps: 1 },
    ),
  );

export function sofa(m, leg, w = 1.9, { cushions = [] } = {}) {
  const n = w > 1.5 ? 2 : 1,
    cw = (w - 0.36) / n,
    parts = [
      place(roundBox(m, w, 0.22, 0.86, 0.04), { at: [0, 0.14, 0] }),
      place(roundBox(m, w, 0.5, 0.2, 0.07), { at: [0, 0.3, -0.34] }),
    ];
  for (const s of [-1, 1])
    parts.push(place(roundBox(m, 0.17, 0.36, 0.84, 0.07), { at: [s * (w / 2 - 0.085), 0.26, 0] }));
  for (let k = 0; k < n; k++) {
    const x = (k - (n - 1) / 2) * cw;
    parts.push(
      place(roundBox(m, cw - 0.01, 0.15, 0.64, 0.05, 0.12), { at: [x, 0.34, 0.08] }),
      place(roundBox(m, cw - 0.02, 0.42, 0.16, 0.07, 0.16), { at: [x, 0.46, -0.2], rx: -9 }),
    );
  }
  for (const [k, [c, x, ry = 0, s = 0.42]] of cushions.entries())
    parts.push(cushion(c, s, { at: [x, 0.495, 0.02 + (k > 1 ? 0.17 : 0)], rx: -20, ry, rz: k % 2 ? 6 : -5 }));
  return [...parts, ...legs(leg, w - 0.2, 0.66, 0.14, 0.02)];
}
/** Scatter cushion: two panels swelling from a seam, sides drawn in, corners left as points. */
export const cushion = (m, s, where) =>
  place(
    [1, -1].map((f) =>
      sheet(m, 26, 26, (u, v) => {
        const x = u * 2 - 1,
          y = v * 2 - 1;
        return [
          ((x * s) / 2) * (1 - 0.07 * (1 - y * y)),
          s / 2 + ((y * s) / 2) * (1 - 0.07 * (1 - x * x)),
          f * (0.004 + s * 0.19 * Math.sqrt(Math.max(0, (1 - x ** 4) * (1 - y ** 4)))),
        ];
      }),
    ),
    where,
  );

export function armchair(m, leg) {
  return [
    place(roundBox(m, 0.72, 0.2, 0.68, 0.06), { at: [0, 0.2, 0] }),
    place(roundBox(m, 0.56, 0.14, 0.56, 0.06, 0.14), { at: [0, 0.36, 0.06] }),
    place(roundBox(m, 0.7, 0.62, 0.16, 0.075, 0.1), { at: [0, 0.34, -0.28], rx: -12 }),
    ...[-1, 1].map((s) => place(roundBox(m, 0.12, 0.3, 0.62, 0.055), { at: [s * 0.33, 0.3, 0] })),
    ...legs(leg, 0.56, 0.5, 0.2, 0.018, 0.03),
  ];
}
export const table = (m, w, d, h = 0.74, t = 0.03) => [
  place(box(m, w, t, d), { at: [0, h - t, 0] }),
  ...legs(m, w - 0.14, d - 0.14, h - t, 0.026, 0.02),
];
export const roundTable = (m, r, h = 0.74, t = 0.025) => [
  place(
    lathe(
      m,
      [
        [0, 0],
        [r - 0.01, 0],
        [r, t * 0.3],
        [r, t * 0.8],
        [r - 0.006, t],
        [0, t],
      ],
      { steps: 1 },
    ),
    { at: [0, h - t, 0] },
  ).map((p) => ({ ...p, t: p.p.filter((_, k) => k % 3 !== 1) })),
  tube(
    m,
    [
      [0, 0, 0],
      [0, h - t, 0],
    ],
    0.035,
    { steps: 1 },
  ),
  lathe(
    m,
    [
      [r * 0.55, 0],
      [r * 0.5, 0.02],
      [0.04, 0.035],
    ],
    { steps: 1 },
  ),
];
export function sideboard(m, w = 1.5, h = 0.62, d = 0.42, doors = 3, leg = 0.16) {
  const parts = [place(box(m, w, h - leg, d), { at: [0, leg, 0] }), ...legs(m, w - 0.16, d - 0.1, leg, 0.02, 0.02)];
  for (let k = 0; k < doors; k++)
    parts.push(
      place(box({ ...m, color: [0.93, 0.93, 0.93] }, w / doors - 0.014, h - leg - 0.03, 0.012), {
        at: [((k - (doors - 1) / 2) * w) / doors, leg + 0.015, d / 2 + 0.006],
      }),
      place(sphere(paint('#b48a4a', { spec: 0.4, rough: 0.2 }), 0.011), {
        at: [((k - (doors - 1) / 2) * w) / doors + (w / doors) * 0.36, leg + (h - leg) * 0.6, d / 2 + 0.014],
      }),
    );
  return parts;
}
export const shelf = (m, w, d = 0.2, t = 0.028) => [
  place(box(m, w, t, d), { at: [0, 0, d / 2] }),
  ...[-1, 1].map((s) => place(box(paint('#26241f'), 0.02, 0.11, 0.006), { at: [s * w * 0.36, -0.11, 0.006] })),
];
export const ledge = (m, w) => [
  place(box(m, w, 0.02, 0.1), { at: [0, 0, 0.05] }),
  place(box(m, w, 0.045, 0.012), { at: [0, 0, 0.1] }),
];
export function stool(m, h = 0.45, r = 0.17) {
  return [
    place(
      lathe(
        m,
        [
          [0, 0],
          [r, 0],
          [r + 0.004, 0.015],
          [r, 0.03],
          [0, 0.03],
        ],
        { steps: 1 },
      ),
      { at: [0, h - 0.03, 0] },
    ),
    ...legs(m, r * 1.1, r * 1.1, h - 0.03, 0.017, 0.04),
  ];
}
export function chair(m, seat = m) {
  return [
    place(roundBox(seat, 0.42, 0.035, 0.42, 0.016), { at: [0, 0.43, 0] }),
    ...legs(m, 0.34, 0.34, 0.43, 0.017, 0.02),
    ...[-0.18, 0.18].map((x) =>
      tube(
        m,
        [
          [x, 0.44, -0.18],
          [x * 1.04, 0.66, -0.22],
          [x * 1.02, 0.86, -0.27],
        ],
        0.013,
      ),
    ),
    ...[0.62, 0.72, 0.82].map((y) =>
      tube(
        m,
        [
          [-0.19, y, -0.215 - (y - 0.62) * 0.22],
          [0, y, -0.255 - (y - 0.62) * 0.22],
          [0.19, y, -0.215 - (y - 0.62) * 0.22],
        ],
        0.014,
        { flat: 1.6 },
      ),
    ),
  ];
}
export function bed(sheetM, coverM, wood, w = 1.6) {
  return [
    place(box(wood, w + 0.1, 0.3, 2), { at: [0, 0.06, 1.05] }),
    place(box(wood, w + 0.14, 0.95, 0.05), { at: [0, 0.05, 0.03] }),
    place(roundBox(sheetM, w, 0.24, 1.95, 0.08), { at: [0, 0.32, 1.05] }),
    ...[-1, 1].map((s) =>
      place(cushion(sheetM, 0.46, { s: [1.5, 1, 1.15] }), { at: [s * 0.37, 0.53, 0.3], rx: -30, rz: s * 2 }),
    ),
    sheet(coverM, 90, 60, (u, v) => [
      (u - 0.5) * (w + 0.06),
      0.585 +
        0.035 * Math.exp(-(((v - 0.02) * 14) ** 2)) +
        0.014 * Math.sin(u * 23 + v * 9) * Math.sin(v * 13 - u * 7) -
        Math.max(0, Math.abs(u - 0.5) - 0.47) * 6,
      0.82 + v * 1.25,
    ]),
  ];
}
export function books(
  n,
  seed,
  {
    stand = true,
    tones = ['#c8553d', '#2f4858', '#e0b15c', '#f1e9da', '#7b8f7a', '#8a4a5a', '#d9cbb4', '#33658a', '#20262e'],
  } = {},
) {
  const d = dice(seed),
    parts = [];
  let x = 0;
  for (let k = 0; k < n; k++) {
    const t = d.in(0.014, 0.036),
      h = d.in(0.17, 0.25),
      w = d.in(0.12, 0.16),
      c = paint(d.of(tones), { spec: 0.02, rough: 0.6 }),
      page = paint('#efe6d2');
    const book = [
      box(c, t, h, 0.002),
      place(box(c, 0.0025, h, w), { at: [-t / 2, 0, -w / 2] }),
      place(box(c, 0.0025, h, w), { at: [t / 2, 0, -w / 2] }),
      place(box(page, t - 0.004, h - 0.008, w - 0.006), { at: [0, 0.004, -w / 2] }),
    ];
    if (d() < 0.6) book.push(place(box(paint('#f3ead6'), t * 0.6, h * 0.16, 0.001), { at: [0, h * 0.66, 0.0015] }));
    if (stand) {
      parts.push(place(book, { at: [x + t / 2, 0, w / 2 + d.in(-0.01, 0.01)] }));
      x += t + 0.0015;
    } else {
      parts.push(place(book, { rz: 90, at: [h / 2 + d.in(-0.014, 0.014), x + t / 2, w / 2], ry: d.in(-9, 9) }));
      x += t + 0.002;
    }
  }
  return Object.assign(parts, { top: x }); // how high a pile is
}
export const stack = (n, seed, o) => place(books(n, seed, { stand: false, ...o }), { at: [-0.1, 0, -0.07] });

export function lamp(shade = '#ffdca8', k = 2.2, base = paint('#3f6a66', { spec: 0.05 }), h = 0.3) {
  // The bulb shines through the cloth: the shade casts no shadow and its own glow is for the eye only.
  const s = { both: true, sampled: true, noShadow: true, color: [0.5, 0.46, 0.4], emit: glow(shade, k * 0.4).emit };
  return [
    lathe(base, [
      [0, 0],
      [0.055, 0],
      [0.07, 0.03],
      [0.075, 0.07],
      [0.05, 0.13],
      [0.018, 0.17],
      [0.012, h],
    ]),
    lathe(
      s,
      [
        [0.13, h - 0.02],
        [0.085, h + 0.16],
      ],
      { steps: 8 },
    ),
  ];
}
/** The light inside lamp(), for scene.lights. */
export const bulb = (at, power = 0.35, c = [1, 0.62, 0.3]) => ({ at, radius: 0.03, color: c.map((x) => x * power) });
export function pendant(m, x, y, z, drop = 1) {
  return [
    place(
      lathe(m, [
        [0.19, 0],
        [0.17, 0.07],
        [0.09, 0.15],
        [0.03, 0.19],
        [0.02, 0.22],
      ]),
      { at: [x, y, z] },
    ),
    place(sphere(glow('#ffd9a0', 5), 0.04), { at: [x, y + 0.02, z] }),
    tube(
      paint('#222'),
      [
        [x, y + 0.2, z],
        [x, y + 0.2 + drop, z],
      ],
      0.003,
      { seg: 6, steps: 1 },
    ),
  ];
}
export function candle(h = 0.12, lit = true) {
  return [
    lathe(paint('#6e5228', { spec: 0.25, rough: 0.15 }), [
      [0, 0],
      [0.045, 0],
      [0.046, 0.006],
      [0.016, 0.012],
      [0.013, 0.03],
      [0.017, 0.04],
    ]),
    place(
      lathe(
        paint('#f3ead8', { trans: 0.3 }),
        [
          [0.011, 0],
          [0.0105, h],
          [0, h - 0.001],
        ],
        { steps: 1 },
      ),
      { at: [0, 0.036, 0] },
    ),
    ...(lit
      ? [
          place(
            lathe(glow('#ffc56b', 9), [
              [0, 0],
              [0.005, 0.008],
              [0.0035, 0.018],
              [0, 0.03],
            ]),
            { at: [0, 0.04 + h, 0] },
          ),
        ]
      : []),
  ];
}
export function mirror(wood, r = 0.3) {
  return [
    tube(
      wood,
      Array.from({ length: 41 }, (_, k) => [
        Math.cos((k / 20) * Math.PI) * r,
        r + Math.sin((k / 20) * Math.PI) * r,
        0.015,
      ]),
      0.014,
      { steps: 1 },
    ),
    sheet({ color: [0.02, 0.02, 0.02], spec: 0.9, rough: 0 }, 60, 1, (u, v) => [
      Math.cos(u * 6.2832) * r * (v || 1e-4),
      r + Math.sin(u * 6.2832) * r * (v || 1e-4),
      0.01,
    ]),
  ];
}
export function radiator(m, n = 14) {
  return Array.from({ length: n }, (_, k) =>
    place(roundBox(m, 0.05, 0.56, 0.12, 0.022, 0, 5), { at: [(k - (n - 1) / 2) * 0.062, 0.1, 0] }),
  );
}
export function laptop(T) {
  const m = paint('#b9bcc0', { spec: 0.1, rough: 0.3 });
  return [
    place(roundBox(m, 0.31, 0.014, 0.215, 0.006), {}),
    place(box(paint('#2b2d30'), 0.27, 0.001, 0.1), { at: [0, 0.0142, -0.03] }),
    place(
      [
        roundBox(m, 0.31, 0.2, 0.006, 0.003),
        place(quad({ emitTex: T.seaDay, gain: 0.5, scale: [0.75, 1] }, 0.295, 0.185), { at: [0, 0.008, 0.0035] }),
      ],
      { at: [0, 0.01, -0.105], rx: -16 },
    ),
  ];
}

/** Cloth lying on a table, with soft folds; w x d. */
export const napkin = (m, w, d, seed = 1, high = 0.004) =>
  sheet(m, 60, 60, (u, v) => [
    (u - 0.5) * w + 0.008 * Math.sin(v * 9 + seed),
    0.0025 +
      high * (1 + Math.sin(u * 9 + v * 5 + seed) * Math.cos(v * 7 - u * 3 + seed * 2)) +
      0.012 * Math.exp(-(((u - 0.4 - v * 0.3) * 12) ** 2)),
    (v - 0.5) * d + 0.01 * Math.sin(u * 8 + seed),
  ]);
/** Crumpled tissue or packing paper. */
export function crumple(m, w, d, high, seed) {
  const r = dice(seed),
    g = Array.from({ length: 14 * 14 }, () => r());
  const at = (u, v) => {
    const x = u * 12.99,
      y = v * 12.99,
      a = x | 0,
      b = y | 0,
      f = x - a,
      q = y - b,
      s = (i, j) => g[j * 14 + i];
    return f + q < 1
      ? s(a, b) + (s(a + 1, b) - s(a, b)) * f + (s(a, b + 1) - s(a, b)) * q
      : s(a + 1, b + 1) + (s(a, b + 1) - s(a + 1, b + 1)) * (1 - f) + (s(a + 1, b) - s(a + 1, b + 1)) * (1 - q);
  };
  return sheet(m, 78, 78, (u, v) => [
    (u - 0.5) * w + (at(v, u) - 0.5) * 0.03,
    at(u, v) * high,
    (v - 0.5) * d + (at(1 - u, v) - 0.5) * 0.03,
  ]);
}
/** Open carton. */
export function carton(m, w, h, d, flap = 0.5) {
  const t = 0.004,
    side = (W, at, ry) =>
      place([box(m, W, h, t), place(box(m, W - 0.006, Math.min(w, d) * flap, t), { at: [0, h, 0], rx: 118 })], {
        at,
        ry,
      });
  return [
    box(m, w, t, d),
    side(w, [0, 0, d / 2], 0),
    side(w, [0, 0, -d / 2], 180),
    side(d, [w / 2, 0, 0], 90),
    side(d, [-w / 2, 0, 0], -90),
  ];
}
/** Curtain hanging from a rod, gathered to `gather` of its cloth. */
export function curtain(m, w, h, { folds = 9, deep = 0.045, seed = 0 } = {}) {
  return [
    sheet(m, folds * 16, 14, (u, v) => [
      (u - 0.5) * w + 0.012 * Math.sin(v * 3 + u * 20 + seed),
      v * h,
      deep * Math.sin(u * folds * 6.2832 + Math.sin(v * 2 + seed) * 0.6) * (1 - v * 0.35) + 0.01 * Math.sin(u * 40),
    ]),
  ];
}
export const pebble = (c, r, flat = 0.55) =>
  sphere(paint(c, { spec: 0.02, rough: 0.6, bump: 0.15, bumpScale: 200 }), r, flat);
export const rope = (m, pts, r = 0.004) => tube(m, smooth(pts, 2), r, { seg: 8 });
export const rug = (T, w, d) => place(box({ tex: T.rug, scale: [1 / w, 1 / d] }, w, 0.012, d), {});
export const basket = (T, r = 0.2, h = 0.3) =>
  [
    lathe(tiled(T.wicker, 0.25, {}), [
      [r * 0.85, 0],
      [r, h * 0.5],
      [r * 0.95, h],
    ]).valueOf(),
  ].map((p) => ({ ...p, m: { tex: T.wicker, scale: [4, 1.2] } }));
