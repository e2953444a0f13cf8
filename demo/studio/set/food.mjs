// Breakfasts and suppers.
import { dice } from '../art/draw.mjs';
import { box, lathe, place, roundBox, sheet, sphere, tube } from '../tracer/mesh.mjs';
import { leaf } from './growing.mjs';
import { paint } from './surfaces.mjs';

const WET = { spec: 0.04, rough: 0.12 };
const crust = (c) => paint(c, { bump: 0.9, bumpScale: 350 });

export function berries(n, R, y, seed, tones = ['#2c3157', '#3a3f70', '#b3263a', '#8e1d33']) {
  const d = dice(seed),
    out = [];
  for (let k = 0; k < n; k++) {
    const a = d.in(0, 6.28),
      q = Math.sqrt(d()) * R;
    out.push(
      place(sphere(paint(d.of(tones), WET), d.in(0.0055, 0.0085)), { at: [Math.sin(a) * q, y, Math.cos(a) * q] }),
    );
  }
  return out;
}
export function granola(n, R, y, seed) {
  const d = dice(seed);
  return Array.from({ length: n }, () => {
    const a = d.in(0, 6.28),
      q = Math.sqrt(d()) * R;
    return place(
      roundBox(
        crust(d.of(['#b9803f', '#a06a30', '#d2a261', '#c9914d'])),
        d.in(0.006, 0.015),
        d.in(0.004, 0.008),
        d.in(0.006, 0.013),
        0.003,
        0,
        3,
      ),
      { at: [Math.sin(a) * q, y, Math.cos(a) * q], ry: d.in(0, 360), rx: d.in(-25, 25) },
    );
  });
}
export const yoghurt = paint('#f6f0e4', { spec: 0.03, rough: 0.3 });
export const toast = () => [
  roundBox(crust('#b06f33'), 0.1, 0.014, 0.105, 0.007, 0, 8),
  place(roundBox(crust('#e2b878'), 0.088, 0.004, 0.093, 0.002, 0, 8), { at: [0, 0.0125, 0] }),
];
export const egg = () => [
  place(
    lathe(paint('#fbf7ee', WET), [
      [0.036, 0],
      [0.034, 0.003],
      [0.02, 0.0045],
      [0, 0.005],
    ]),
    { s: [1.2, 1, 1] },
  ),
  place(
    lathe(paint('#f0a01f', WET), [
      [0.0155, 0.003],
      [0.013, 0.009],
      [0, 0.012],
    ]),
    {},
  ),
];
export function croissant() {
  const n = 40;
  return tube(
    crust('#b8702c'),
    Array.from({ length: n + 1 }, (_, k) => {
      const a = (k / n - 0.5) * 2.9;
      return [Math.sin(a) * 0.052, 0.019, Math.cos(a) * 0.045];
    }),
    (v) => (0.0015 + 0.0265 * Math.max(0, Math.sin(Math.PI * v)) ** 0.75) * (1 + 0.1 * Math.sin(v * 34)),
    { seg: 20, steps: 1 },
  );
}
export const pancakes = (n = 4) => [
  ...Array.from({ length: n }, (_, k) =>
    place(
      lathe(
        crust(k === n - 1 ? '#b57735' : '#d9a763'),
        [
          [0, 0],
          [0.055, 0],
          [0.06, 0.004],
          [0.06, 0.009],
          [0.055, 0.012],
          [0, 0.012],
        ],
        { steps: 3 },
      ),
      { at: [Math.sin(k * 4) * 0.003, 0.0125 * k, Math.cos(k * 3) * 0.003] },
    ),
  ),
  place(roundBox(paint('#f6dc8a', WET), 0.02, 0.008, 0.02, 0.003, 0, 5), { at: [0.005, 0.0125 * n, 0], ry: 20 }),
];
export const orange = (r = 0.036) =>
  sphere(paint('#e5862a', { spec: 0.04, rough: 0.3, bump: 0.35, bumpScale: 500 }), r);
export const lemon = (r = 0.028) =>
  place(
    lathe(paint('#f0c62e', { spec: 0.04, rough: 0.3, bump: 0.3, bumpScale: 500 }), [
      [0, 0],
      [0.006, 0.002],
      [0.012, 0.01],
      [r, 0.03],
      [r, 0.045],
      [0.013, 0.066],
      [0.006, 0.073],
      [0, 0.076],
    ]),
    { at: [-0.038, r, 0], rz: -90 },
  );
export const slice = (T, r = 0.026) => [
  sheet(
    { tex: T.lemon, ...WET },
    32,
    1,
    (u, v) => [Math.sin(u * 6.2832) * r * (v || 1e-4), 0.005, Math.cos(u * 6.2832) * r * (v || 1e-4)],
    { uv: (u, v) => [0.5 + (Math.sin(u * 6.2832) * v) / 2, 0.5 + (Math.cos(u * 6.2832) * v) / 2] },
  ),
  lathe(
    paint('#f0c22e', WET),
    [
      [r, 0],
      [r, 0.005],
    ],
    { steps: 1 },
  ),
];
export const tomato = (r = 0.014) => sphere(paint('#c9301f', WET), r, 0.9);
export const cookie = (seed) => {
  const d = dice(seed);
  return [
    lathe(crust('#c08a4c'), [
      [0, 0],
      [0.03, 0],
      [0.034, 0.004],
      [0.028, 0.009],
      [0, 0.012],
    ]),
    ...Array.from({ length: 9 }, () => {
      const a = d.in(0, 6.28),
        q = d.in(0, 0.024);
      return place(roundBox(paint('#3a2014', WET), 0.006, 0.005, 0.006, 0.002, 0, 3), {
        at: [Math.sin(a) * q, 0.0085, Math.cos(a) * q],
        ry: d.in(0, 90),
      });
    }),
  ];
};
export function salad(R, y, seed, n = 34) {
  const d = dice(seed),
    out = [];
  for (let k = 0; k < n; k++) {
    const a = d.in(0, 6.28),
      q = Math.sqrt(d()) * R;
    out.push(
      place(
        leaf(
          paint(d.of(['#5f8f3c', '#7fab4c', '#3f6f30', '#95bb5c']), { trans: 0.3 }),
          d.in(0.03, 0.05),
          d.in(0.018, 0.03),
          { droop: d.in(-0.3, 0.4), fold: 0.4 },
        ),
        { at: [Math.sin(a) * q * 0.7, y + d.in(0, 0.012), Math.cos(a) * q * 0.7], ry: d.in(0, 360), rx: d.in(-40, 15) },
      ),
    );
  }
  for (let k = 0; k < 6; k++) {
    const a = d.in(0, 6.28),
      q = d.in(0, R * 0.8);
    out.push(place(tomato(0.011), { at: [Math.sin(a) * q, y + 0.006, Math.cos(a) * q] }));
  }
  return out;
}
export function spoon(m = paint('#c9c7c2', { spec: 0.55, rough: 0.15 })) {
  return [
    tube(
      m,
      [
        [0, 0.003, 0.12],
        [0, 0.006, 0.04],
        [0, 0.005, 0],
      ],
      (v) => 0.0028 + 0.0012 * (1 - v),
      { flat: 1.5 },
    ),
    place(sphere(m, 0.016, 0.28), { s: [1, 1, 1.5], at: [0, 0.0005, -0.02] }),
  ];
}
export function knife(m = paint('#c9c7c2', { spec: 0.55, rough: 0.15 }), handle = paint('#2b2723')) {
  return [
    place(box(m, 0.016, 0.0016, 0.1), { at: [0, 0.001, -0.05] }),
    place(roundBox(handle, 0.015, 0.009, 0.09, 0.004, 0, 5), { at: [0, 0, 0.045] }),
  ];
}
export const jar = (c) => [
  lathe(
    paint(c, { spec: 0.06, rough: 0.05 }),
    [
      [0, 0],
      [0.031, 0],
      [0.034, 0.006],
      [0.034, 0.06],
      [0.03, 0.068],
    ],
    { steps: 3 },
  ),
  place(
    lathe(
      paint('#efe8d6'),
      [
        [0, 0.014],
        [0.033, 0.014],
        [0.034, 0.012],
        [0.034, 0],
      ],
      { steps: 1 },
    ),
    { at: [0, 0.066, 0] },
  ),
  place(
    lathe(
      paint('#f5efe0'),
      [
        [0.0343, 0.018],
        [0.0343, 0.046],
      ],
      { steps: 1 },
    ),
    {},
  ),
];
export const bottle = (c, h = 0.28) =>
  lathe(paint(c, { spec: 0.06, rough: 0.04 }), [
    [0, 0],
    [0.035, 0],
    [0.037, 0.008],
    [0.037, h * 0.55],
    [0.03, h * 0.66],
    [0.014, h * 0.76],
    [0.013, h * 0.97],
    [0.015, h],
  ]);
