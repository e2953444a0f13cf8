// Plants, stems and flowers.
import { dice } from '../art/draw.mjs';
import { lathe, place, sheet, sphere, tube } from '../tracer/mesh.mjs';
import { paint } from './surfaces.mjs';

const green = (c) => paint(c, { trans: 0.25, spec: 0.03, rough: 0.4 });

export function leaf(m, len, wide, { droop = 0.3, fold = 0.2, tip = 0.8 } = {}) {
  return sheet(m, 6, 10, (u, v) => {
    const x = (u - 0.5) * 2,
      w = (wide / 2) * Math.sin(Math.PI * v ** tip) ** 0.8;
    return [x * w, -droop * len * v * v + Math.abs(x) * w * fold, v * len];
  });
}

/** Pot with leaves on arching stalks. */
export function plant({
  pot = paint('#c0693f'),
  r = 0.14,
  leaves = 14,
  len = 0.34,
  wide = 0.2,
  high = 0.7,
  c = ['#2f5f3a', '#3d7346', '#28523a'],
  seed = 1,
  spread = 0.35,
  droop = 0.45,
} = {}) {
  const d = dice(seed),
    ph = r * 1.7,
    parts = [
      lathe(
        pot,
        [
          [0, 0],
          [r * 0.72, 0],
          [r * 0.78, 0.01],
          [r, ph * 0.94],
          [r, ph],
          [r * 0.92, ph],
          [r * 0.9, ph * 0.9],
          [0, ph * 0.9],
        ],
        { steps: 3 },
      ).valueOf(),
    ];
  for (let k = 0; k < leaves; k++) {
    const a = k * 2.4 + d.in(-0.3, 0.3),
      f = d.in(0.4, 1),
      top = ph + high * (1.15 - f * 0.55) * d.in(0.6, 1),
      q = spread * f,
      e = [Math.sin(a) * q, top, Math.cos(a) * q];
    parts.push(
      tube(paint('#4f6b3a'), [[0, ph * 0.85, 0], [e[0] * 0.3, ph + (top - ph) * 0.6, e[2] * 0.3], e], 0.0045, {
        seg: 7,
        steps: 5,
      }),
    );
    parts.push(
      place(leaf(green(d.of(c)), len * d.in(0.75, 1.1), wide * d.in(0.8, 1.1), { droop }), {
        rx: -22 + f * 30,
        ry: a * 57.3,
        at: e,
      }),
    );
  }
  return parts;
}

/** Narrow upright leaves, as of a snake plant or grass. */
export function blades({
  pot = paint('#e9e2d4', { spec: 0.04, rough: 0.2 }),
  r = 0.09,
  n = 18,
  high = 0.45,
  wide = 0.035,
  c = ['#4d6b45', '#6b8a55', '#3c5a40'],
  seed = 2,
  lean = 0.3,
} = {}) {
  const d = dice(seed),
    ph = r * 1.8;
  return [
    lathe(
      pot,
      [
        [0, 0],
        [r * 0.9, 0],
        [r, 0.02],
        [r, ph],
        [r * 0.92, ph],
        [r * 0.9, ph * 0.92],
        [0, ph * 0.92],
      ],
      { steps: 2 },
    ),
    ...Array.from({ length: n }, (_, k) =>
      place(leaf(green(d.of(c)), high * d.in(0.6, 1), wide, { droop: d.in(0, lean), fold: 0.5, tip: 0.55 }), {
        rx: -90 + d.in(4, 34),
        ry: k * 137.5,
        at: [Math.sin(k) * r * 0.5, ph * 0.9, Math.cos(k) * r * 0.5],
      }),
    ),
  ];
}

/** Trailing plant: strings of small leaves over a pot's rim. */
export function trailing({
  pot = paint('#d7cdbb'),
  r = 0.07,
  strings = 10,
  drop = 0.5,
  seed = 4,
  c = ['#5d8a5a', '#7aa36d', '#4a744c'],
} = {}) {
  const d = dice(seed),
    ph = r * 1.5,
    parts = [
      lathe(
        pot,
        [
          [0, 0],
          [r * 0.8, 0],
          [r, ph],
          [r * 0.9, ph],
          [0, ph * 0.9],
        ],
        { steps: 1 },
      ),
    ];
  for (let k = 0; k < strings; k++) {
    const a = d.in(-1.5, 1.5),
      l = drop * d.in(0.4, 1),
      path = [
        [0, ph * 0.9, 0],
        [Math.sin(a) * r, ph + 0.025, Math.cos(a) * r],
        [Math.sin(a) * (r + 0.04), ph - 0.04, Math.cos(a) * (r + 0.03)],
        [Math.sin(a) * (r + 0.05) + d.in(-0.02, 0.02), ph - l * 0.6, Math.cos(a) * (r + 0.04)],
        [Math.sin(a) * (r + 0.05) + d.in(-0.04, 0.04), ph - l, Math.cos(a) * (r + 0.04)],
      ];
    parts.push(tube(paint('#5f7a4a'), path, 0.0016, { seg: 5, steps: 4 }));
    for (let j = 0; j < l * 46; j++) {
      const t = d.in(1, 3.99),
        i = t | 0,
        f = t - i,
        p = path[i].map((x, q) => x + (path[Math.min(4, i + 1)][q] - x) * f);
      parts.push(
        place(leaf(green(d.of(c)), 0.034, 0.026, { droop: 0.4 }), { at: p, ry: d.in(-110, 110), rx: d.in(10, 60) }),
      );
    }
  }
  return parts;
}

function stemTo(d, mouth, high, lean) {
  const a = d.in(0, 6.28),
    q = lean * d.in(0.35, 1),
    y = mouth + high * d.in(0.7, 1);
  return {
    a,
    path: [
      [0, mouth - 0.1, 0],
      [Math.sin(a) * 0.02, mouth, Math.cos(a) * 0.02],
      [Math.sin(a) * q * 0.45, mouth + (y - mouth) * 0.55, Math.cos(a) * q * 0.45],
      [Math.sin(a) * q, y, Math.cos(a) * q],
    ],
  };
}
const along = (path, t) => {
  const x = Math.min(path.length - 1.001, t * (path.length - 1)),
    i = x | 0,
    f = x - i;
  return path[i].map((p, k) => p + (path[i + 1][k] - p) * f);
};

/** A bunch for a vase whose mouth is at height `mouth`. */
export function bunch(kind, mouth, seed = 1, n = 7) {
  const d = dice(seed),
    parts = [];
  for (let k = 0; k < n; k++) {
    const { path, a } = stemTo(
      d,
      mouth,
      { eucalyptus: 0.36, tulip: 0.25, grass: 0.42, blossom: 0.46, daisy: 0.24 }[kind],
      { eucalyptus: 0.19, tulip: 0.15, grass: 0.17, blossom: 0.24, daisy: 0.14 }[kind],
    );
    const end = path.at(-1);
    parts.push(
      tube(
        paint(kind === 'blossom' ? '#5a4030' : kind === 'grass' ? '#b89a66' : '#5d7a4a'),
        path,
        kind === 'blossom' ? 0.003 : 0.002,
        { seg: 6, steps: 5 },
      ),
    );
    if (kind === 'eucalyptus')
      for (let j = 0; j < 13; j++) {
        const p = along(path, 0.42 + j * 0.045);
        parts.push(
          place(
            leaf(
              paint(d.of(['#7f9a86', '#6c8a78', '#93a894']), { trans: 0.2 }),
              0.052 - j * 0.0014,
              0.046 - j * 0.0012,
              { droop: 0.15, tip: 0.75 },
            ),
            { at: p, ry: j * 137 + k * 40, rx: d.in(-75, 20), rz: d.in(-40, 40) },
          ),
        );
      }
    if (kind === 'tulip') {
      const c = paint(d.of(['#e2654d', '#e98a6b', '#d9483f', '#f0b49a']), { trans: 0.35, spec: 0.02, rough: 0.5 });
      for (let j = 0; j < 6; j++)
        parts.push(
          place(
            sheet(c, 6, 8, (u, v) => {
              const b = (u - 0.5) * 1.5 * Math.sin(Math.PI * (0.12 + v * 0.8)),
                r = 0.016 + 0.005 * Math.sin(v * 3);
              return [Math.sin(b) * r, v * 0.048, Math.cos(b) * r - 0.002];
            }),
            { ry: j * 60 + k * 20, at: end, rx: 0 },
          ),
        );
      for (let j = 0; j < 2; j++)
        parts.push(
          place(leaf(green('#5f8a55'), 0.2, 0.04, { droop: 0.5, fold: 0.4, tip: 0.6 }), {
            at: path[1],
            ry: a * 57 + j * 150 + d.in(-30, 30),
            rx: -62,
          }),
        );
    }
    if (kind === 'grass')
      parts.push(
        place(
          lathe(
            paint(d.of(['#d8bf92', '#e3cfa6', '#c9a877']), { bump: 1, bumpScale: 300, trans: 0.2 }),
            [
              [0, 0],
              [0.011, 0.03],
              [0.013, 0.06],
              [0.007, 0.11],
              [0, 0.14],
            ],
            { seg: 14, steps: 3 },
          ),
          { at: [end[0], end[1] - 0.03, end[2]], rx: 12 * Math.cos(a), rz: -14 * Math.sin(a) },
        ),
      );
    if (kind === 'blossom')
      for (let j = 0; j < 16; j++) {
        const p = along(path, d.in(0.4, 1)),
          c = paint(d.of(['#f6dfe0', '#f2c9cf', '#fbeeee']), { trans: 0.4 });
        const q = [p[0] + d.in(-0.02, 0.02), p[1] + d.in(-0.01, 0.015), p[2] + d.in(-0.02, 0.02)];
        for (let i = 0; i < 5; i++)
          parts.push(place(leaf(c, 0.016, 0.014, { droop: -0.3 }), { at: q, ry: i * 72 + j * 31, rx: d.in(-30, 10) }));
        parts.push(place(sphere(paint('#d9a441'), 0.0025), { at: q }));
      }
    if (kind === 'daisy') {
      const head = [];
      for (let i = 0; i < 14; i++)
        head.push(
          place(leaf(paint('#f7f3ea', { trans: 0.3 }), 0.021, 0.008, { droop: 0.15 }), { ry: i * 25.7, rx: -8 }),
        );
      head.push(place(sphere(paint('#e0a52e', { bump: 1, bumpScale: 900 }), 0.007, 0.6), { at: [0, -0.002, 0] }));
      parts.push(place(head, { at: end, rx: d.in(25, 75), ry: d.in(-60, 60), s: n > 1 ? 1.25 : 1 }));
    }
  }
  return parts;
}
