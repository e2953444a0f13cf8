// Mugs, bowls, vases and plates in use.

import * as food from '../set/food.mjs';
import * as f from '../set/furniture.mjs';
import { blades, bunch, trailing } from '../set/growing.mjs';
import { gobo, light, pierced, plane, rect, room, window_ } from '../set/room.mjs';
import { cloth, paint, tiled, wall } from '../set/surfaces.mjs';
import { bowl, framed, mug, plate, sheetOnWall, VASE_MOUTH, vase } from '../set/wares.mjs';
import { box, place, quad } from '../tracer/mesh.mjs';
import { brass, cam, on, SIZE, top, white, woods } from './kit.mjs';

const book = (c, w = 0.14, h = 0.2, t = 0.025) => [
  box(paint(c, { spec: 0.02, rough: 0.5 }), w, 0.002, h),
  place(box(paint('#efe6d2'), w - 0.006, t - 0.004, h - 0.008), { at: [0.002, 0.002, 0] }),
  place(box(paint(c, { spec: 0.02, rough: 0.5 }), w, 0.002, h), { at: [0, t - 0.002, 0] }),
];
const flat = (from, roll = 0, fov = 40) => cam([from[0], from[1], from[2] + 0.02], [from[0], 0, from[2]], fov, roll);
const yoghurt = (T, seed) => [
  bowl(T, { fill: food.yoghurt }),
  food.granola(46, 0.05, 0.054, seed),
  food.berries(26, 0.045, 0.056, seed + 1),
];

/** A sill with a real window behind it. */
const sill = (
  T,
  view,
  { gain = 1.2, bar = '#efebe2', w = 1.1, h = 1.3, walls = wall('#dcd6ca'), cols = 2, drop, wide } = {},
) => [
  pierced(walls, -w / 2, 0, w, h),
  on(window_(T[view], w, h, { gain, bar, cols, drop, wide }), 0, 0, -0.12),
  place(box(paint(bar, { spec: 0.04, rough: 0.2 }), w + 0.1, 0.03, 0.34), { at: [0, -0.03, 0.06] }),
  place(box(paint(bar), 9, 0.01, 3), { at: [0, -0.95, 1.6] }),
];

export const tables = {
  'mug-rainy-sill': (T) => ({
    size: SIZE.p45,
    ...cam([0.1, 0.15, 0.62], [0.0, 0.085, 0], 34),
    ...light.grey([0, 0.55, -1], 0.55),
    lights: [{ ...rect([0, 0.75, -0.16], [1, 0, 0], [0, 1.2, 0], [0.6, 0.68, 0.74], T.rain, [0, 0, 1]), unseen: true }],
    film: { ev: -0.1, wb: [0.96, 1, 1.06], blur: 0.0025, focus: 0.6 },
    spp: 18,
    parts: [
      sill(T, 'rain', { gain: 0.85 }),
      on(mug(T, { fill: 'tea' }), 0.0, 0, 0.06, -24),
      on(book('#7d3b36', 0.15, 0.2), -0.17, 0, 0.05, 14),
      on(trailing({ seed: 5, drop: 0.05, r: 0.05 }), 0.2, 0, -0.02),
    ],
  }),

  'mug-and-books': (T) => {
    const { oak } = woods(T),
      pile = f.books(3, 18, { stand: false });
    return {
      size: [900, 900],
      ...cam([-0.12, 0.3, 0.62], [0.03, 0.1, 0], 33, -1),
      ...light.day([1, 0.6, 0.3], 1),
      film: { grain: 0, ev: 0.1, blur: 0.006, wb: [1.03, 1, 0.94] },
      parts: [
        top(oak, 1.6, 0.9, { walls: wall('#8e9a8c') }),
        on(pile, 0.03, 0, 0, 10),
        on(mug(T, { fill: 'coffee' }), 0.03, pile.top, 0, -50, 0.95),
        on(f.books(11, 71), -0.45, 0, -0.3),
        on(blades({ seed: 31, r: 0.06, high: 0.3 }), 0.32, 0, -0.26),
      ],
    };
  },

  'latte-flatlay': (T) => ({
    size: SIZE.sq,
    ...flat([0, 0.72, 0], 8, 38),
    ...light.day([-0.9, 0.8, -0.4], 1, [1, 0.97, 0.92]),
    film: { ev: 0.15 },
    parts: [
      plane(tiled(T.gingham, 0.35)),
      on(mug(T, { fill: 'latte' }), -0.09, 0.002, -0.06, 60),
      on([plate(T)], 0.1, 0.003, 0.07, 0),
      on(food.croissant(), 0.1, 0.0115, 0.075, 30),
      on(food.spoon(), -0.19, 0.002, 0.08, 20),
      on(book('#2f5a55', 0.13, 0.19), 0.17, 0.002, -0.21, -18),
      on(bunch('daisy', 0, 3, 1), -0.2, 0.012, 0.24),
    ],
  }),

  'terrace-sunset': (T) => {
    return {
      size: SIZE.l43,
      ...cam([-0.02, 0.2, 0.86], [0.03, 0.115, 0], 31),
      env: {
        top: [0.55, 0.55, 0.66],
        bottom: [0.5, 0.4, 0.34],
        key: { dir: [0.45, 0.16, -1], power: 6, color: [2.2, 1.15, 0.5] },
      },
      sun: { dir: [0.5, 0.2, -0.9], color: [2.4, 1.25, 0.5], size: 0.02 },
      ambient: 0.3,
      film: { ev: 0.0, blur: 0.004, bloom: 0.14 },
      parts: [
        place(quad({ emitTex: T.sunset, gain: 1.15, noShadow: true, sampled: true }, 9, 4.5), {
          at: [-0.6, -1.65, -5.5],
        }),
        place(box(tiled(T.deck, 0.7, { spec: 0.04, rough: 0.35 }), 2.4, 0.03, 0.8), { at: [0, -0.03, 0] }),
        on(mug(T, { fill: 'tea' }), -0.11, 0, 0.06, 150),
        on(mug(T, { fill: 'tea' }), 0.1, 0, -0.02, 20),
        on(
          [
            bowl(T),
            Array.from({ length: 7 }, (_, k) =>
              on(food.orange(0.022), Math.sin(k * 1.7) * 0.036, 0.03 + (k > 4 ? 0.032 : 0), Math.cos(k * 1.7) * 0.036),
            ),
          ],
          0.36,
          0,
          0.02,
        ),
        on(f.candle(0.05), -0.34, 0, -0.06),
      ],
    };
  },

  'candle-and-tea': (T) => {
    const { walnut } = woods(T);
    return {
      size: SIZE.p45,
      ...cam([0.16, 0.28, 0.7], [0, 0.085, -0.02], 34),
      ...light.night(
        [
          { at: [-0.14, 0.195, -0.08], radius: 0.012, color: [0.115, 0.062, 0.024] },
          { at: [1.4, 1.3, 0.9], radius: 0.2, color: [0.12, 0.1, 0.09] },
        ],
        0.02,
      ),
      film: { ev: -0.25, blur: 0.006, grain: 0.022 },
      spp: 24,
      parts: [
        top(walnut, 1.6, 0.9, { walls: wall('#59443a') }),
        on(mug(T, { fill: 'tea' }), 0.03, 0, 0.03, -30),
        on(f.candle(0.11), -0.14, 0, -0.08),
        on(book('#26404e'), 0.17, 0, -0.03, -24),
        on([plate(T), on(food.cookie(3), -0.03, 0.009, 0.02), on(food.cookie(5), 0.04, 0.009, -0.02)], -0.17, 0, 0.16),
      ],
    };
  },

  'beach-mug': (T) => ({
    size: SIZE.p45,
    ...cam([0.12, 0.17, 0.6], [0, 0.1, 0], 38, -2),
    env: {
      top: [0.45, 0.6, 0.8],
      bottom: [0.4, 0.34, 0.26],
      key: { dir: [-1, 0.5, 0.3], power: 6, color: [1.2, 0.85, 0.55] },
    },
    sun: { dir: [-0.9, 0.5, 0.35], color: [2.6, 1.9, 1.2], size: 0.01 },
    ambient: 0.45,
    film: { ev: 0, blur: 0.006, wb: [1.02, 1, 0.97] },
    parts: [
      place(quad({ emitTex: T.seaDay, gain: 0.95, noShadow: true, sampled: true }, 10, 5), { at: [0.4, -2.0, -6] }),
      place(f.crumple(tiled(T.sand, 0.3, { bump: 0.6, bumpScale: 300 }), 5, 3.2, 0.07, 5), { at: [0, -0.09, -0.6] }),
      on(f.pebble('#6f7274', 0.13, 0.5), 0, -0.075, 0),
      on(mug(T), 0.01, 0.052, 0.005, -30),
      ...[
        ['#9b8f83', 0.06, -0.19, 0.05],
        ['#4a4d50', 0.045, 0.17, 0.08],
        ['#c7b8a2', 0.035, 0.1, 0.15],
        ['#b0705a', 0.03, -0.1, 0.14],
        ['#7f8583', 0.09, 0.3, -0.25],
        ['#8d8a80', 0.07, -0.38, -0.2],
      ].map(([c, r, x, z]) => on(f.pebble(c, r), x, -0.05, z, x * 300)),
    ],
  }),

  'breakfast-in-bed': (T) => {
    const { oak } = woods(T);
    return {
      size: SIZE.p34,
      ...cam([0.1, 0.62, 0.72], [0, 0.03, -0.02], 38, 2),
      ...light.sun([1, 0.75, 0.15], gobo.window(2, 2, 0.9, 0.8, 0.05, 0.04), {
        at: [0.02, 0, 0],
        power: 2,
        fill: 0.75,
      }),
      film: { ev: 0.1, wb: [1.02, 1, 0.98] },
      parts: [
        f.napkin(cloth('#f1ece4'), 2.6, 2.2, 3, 0.03),
        place(
          [
            box(oak, 0.52, 0.014, 0.36),
            place(box(oak, 0.52, 0.04, 0.012), { at: [0, 0, 0.18] }),
            place(box(oak, 0.52, 0.04, 0.012), { at: [0, 0, -0.18] }),
          ],
          { at: [0, 0.045, 0], ry: -8 },
        ),
        on(mug(T, { fill: 'latte' }), -0.14, 0.06, -0.06, -140),
        on(yoghurt(T, 4), 0.11, 0.06, 0.05),
        on([food.toast()], -0.12, 0.062, 0.09, 24),
        on(food.spoon(), 0.23, 0.06, 0.04, 8),
        place(f.cushion(cloth('#e6dfd2'), 0.6, { rx: -40 }), { at: [0.1, 0.0, -0.62] }),
      ],
    };
  },

  'mug-shelf-hooks': (T) => {
    const { oak } = woods(T);
    return {
      size: SIZE.l43,
      ...cam([-0.25, 0.1, 1.15], [0, 0.06, 0.08], 33),
      ...light.day([-1, 0.7, 0.6], 1),
      film: { ev: -0.15 },
      parts: [
        place(room({ walls: tiled(T.greenTile, 1, { spec: 0.07, rough: 0.08 }), skirting: null }), {
          at: [0, -1.4, 0],
        }),
        on(f.shelf(oak, 1.4, 0.2), 0, 0.08, 0),
        ...[-0.36, -0.12, 0.12, 0.36].map((x, k) => [
          place(mug(T, { fill: null }), { at: [x + 0.0285, -0.07, 0.16], rz: 75 + k * 2 }),
          f.rope(
            brass,
            [
              [x, 0.08, 0.15],
              [x, 0.03, 0.15],
              [x, 0.011, 0.16],
              [x, 0.012, 0.166],
              [x, 0.024, 0.172],
            ],
            0.0025,
          ),
        ]),
        on([bowl(T)], -0.3, 0.108, 0.1),
        on(food.jar('#8f2f2a'), -0.05, 0.108, 0.09),
        on(food.jar('#c98a2c'), 0.05, 0.108, 0.1),
        on(trailing({ seed: 44, drop: 0.16 }), 0.38, 0.108, 0.1),
      ],
    };
  },

  'berry-breakfast': (T) => ({
    size: SIZE.p45,
    ...cam([-0.05, 0.36, 0.42], [0.01, 0.03, -0.01], 36),
    ...light.day([-1, 0.6, -0.1], 1.05),
    film: { ev: 0.1, blur: 0.008, wb: [1.01, 1, 0.98] },
    parts: [
      top(tiled(T.whiteBoards, 0.9, { spec: 0.03, rough: 0.5 }), 1.8, 1.2, { walls: wall('#dfe5e2') }),
      on(f.napkin(tiled(T.stripes, 0.2), 0.34, 0.3, 2), 0.02, 0, 0.02, 18),
      on(yoghurt(T, 8), 0.0, 0.011, 0),
      on(food.spoon(), 0.15, 0.012, 0.05, -12),
      on(mug(T, { fill: 'coffee' }), -0.17, 0, -0.17, 130),
      on(food.orange(), 0.15, 0, -0.18),
      on(food.orange(0.034), 0.22, 0, -0.13),
      food.berries(12, 0.1, 0, 12).map((p) => place(p, { at: [0.16, 0, 0.14] })),
    ],
  }),

  'soup-weather': (T) => ({
    size: SIZE.sq,
    ...flat([0, 0.6, 0], -14, 38),
    ...light.grey([0.8, 0.7, 0.4], 1.1),
    film: { ev: -0.05, wb: [0.99, 1, 1.02] },
    parts: [
      plane(tiled(T.walnut, 0.9, { spec: 0.03, rough: 0.4 })),
      on(f.napkin(tiled(T.greyWool, 0.12), 0.32, 0.36, 5, 0.006), 0.03, 0, 0.02, 10),
      on(bowl(T, { fill: { tex: T.soup, spec: 0.04, rough: 0.1 } }), 0.0, 0.014, 0, 30, 1.15),
      on([food.toast()], -0.17, 0.002, -0.09, 30),
      on([food.toast()], -0.16, 0.016, -0.05, 55),
      on(food.spoon(), 0.15, 0.014, 0.03, -10),
      on(mug(T, { fill: 'tea' }), 0.15, 0, -0.16, 40),
    ],
  }),

  'salad-outside': (T) => ({
    size: SIZE.p34,
    ...cam([0.12, 0.5, 0.5], [0, 0.02, 0], 36, 3),
    ...light.sun([0.6, 1, -0.3], gobo.leaves(0.12, 9, 0.5, 0.02), {
      at: [0, 0, 0],
      power: 2.4,
      tint: [1, 0.93, 0.8],
      fill: 0.7,
    }),
    film: { ev: 0.05, blur: 0.005 },
    parts: [
      plane(tiled(T.deck, 0.8, { spec: 0.03, rough: 0.4 })),
      on([bowl(T), food.salad(0.075, 0.05, 3, 110)], -0.02, 0, 0.02, 0, 1.3),
      on(
        [
          plate(T),
          on(food.slice(T), 0.02, 0.009, 0.02),
          on(food.slice(T), -0.03, 0.009, 0.0),
          on(food.tomato(), 0.02, 0.009, -0.035),
          on(food.tomato(), 0.045, 0.009, -0.01),
        ],
        0.17,
        0,
        -0.2,
      ),
      on(food.spoon(), 0.17, 0, 0.04, -20),
      on(food.bottle('#3d5a2c'), -0.2, 0, -0.26),
      on(f.napkin(tiled(T.linen, 0.15), 0.2, 0.26, 7), -0.22, 0.001, 0.1, -12),
    ],
  }),

  'lemons-marble': (T) => ({
    size: SIZE.l43,
    ...cam([0.1, 0.22, 0.75], [0.03, 0.07, 0], 30),
    ...light.day([1, 0.6, 0.2], 1.05, [1, 0.98, 0.96]),
    film: { ev: 0.1, blur: 0.006 },
    parts: [
      top(tiled(T.marble, 1.1, { spec: 0.06, rough: 0.06 }), 2, 0.9, {
        walls: tiled(T.zellige, 1, { spec: 0.05, rough: 0.1 }),
        back: 0.45,
      }),
      on(
        [
          bowl(T),
          ...[
            [0, 0.035, 0.02, 10],
            [-0.035, 0.045, -0.02, 80],
            [0.036, 0.046, -0.015, 140],
            [0, 0.078, -0.005, 50],
          ].map(([x, y, z, r]) => on(food.lemon(0.025), x, y, z, r)),
        ],
        0,
        0,
        0,
      ),
      on(food.lemon(), 0.2, 0, 0.06, 30),
      on(food.slice(T, 0.027), 0.13, 0, 0.13),
      on(food.knife(), -0.19, 0.001, 0.1, 70),
      on([vase(T), bunch('eucalyptus', VASE_MOUTH, 22, 6)], 0.34, 0, -0.2),
      on(food.bottle('#50683a', 0.26), -0.3, 0, -0.22),
      on(mug(T, { fill: null }), -0.42, 0, -0.18, 200),
    ],
  }),

  'sunday-table': (T) => ({
    size: SIZE.sq,
    ...flat([0, 0.95, 0], 4, 40),
    ...light.sun([-0.8, 1, -0.35], gobo.window(2, 3, 0.7, 0.9, 0.04, 0.03), { at: [0, 0, 0], power: 2, fill: 0.75 }),
    film: { ev: 0.1, wb: [1.02, 1, 0.96] },
    parts: [
      plane(tiled(T.linen, 0.2, { bump: 0.2, bumpScale: 300 })),
      on([plate(T), on(food.toast(), -0.02, 0.009, 0.01, 20), on(food.egg(), -0.015, 0.0265, 0.012)], -0.12, 0, 0.12),
      on([plate(T), on(food.pancakes(4), 0, 0.009, 0), food.berries(9, 0.03, 0.06, 5)], 0.16, 0, -0.13),
      on(yoghurt(T, 14), 0.17, 0, 0.16),
      on(mug(T, { fill: 'latte' }), -0.12, 0, -0.13, 200),
      on(mug(T, { fill: 'coffee' }), 0.0, 0, -0.27, 120),
      on(food.jar('#a0302a'), 0.02, 0, 0.0),
      on(food.knife(), -0.28, 0, 0.12, 5),
      on(food.spoon(), 0.29, 0, 0.16, -6),
      on(food.orange(), -0.26, 0, -0.2),
      on(food.orange(0.033), -0.3, 0, -0.13),
      on(food.croissant(), 0.31, 0, -0.3, 40),
    ],
  }),

  'eucalyptus-window': (T) => {
    const { oak } = woods(T);
    return {
      size: SIZE.p45,
      ...cam([-0.25, 0.35, 1.25], [0.03, 0.24, 0], 34),
      ...light.day([0.6, 0.5, -0.9], 0.7),
      lights: [
        { ...rect([0.2, 0.7, -0.5], [1.2, 0, 0], [0, 1.3, 0], [0.75, 0.78, 0.72], T.garden, [0, 0, 1]), unseen: true },
      ],
      film: { ev: 0.15, blur: 0.004 },
      spp: 24,
      parts: [
        place(sill(T, 'garden', { gain: 1.0, w: 1.3, h: 1.5, walls: wall('#e6e1d5'), cols: 3 }), {
          at: [0.2, 0.02, -0.45],
        }),
        place(box(oak, 1.8, 0.03, 0.62), { at: [0, -0.03, 0.05] }),
        on([vase(T), bunch('eucalyptus', VASE_MOUTH, 31, 10)], 0, 0, 0),
        on(f.stack(2, 81), -0.3, 0, 0.02, 14),
        on(bowl(T), 0.3, 0, 0.08),
      ],
    };
  },

  'tulips-pink': (T) => ({
    size: [864, 1080],
    ...cam([0.1, 0.34, 1.15], [0, 0.22, 0], 34),
    ...light.day([-1, 0.7, 0.5], 1.05),
    film: { grain: 0, ev: 0.12, blur: 0.003 },
    parts: [
      top(paint('#f3ece2', { spec: 0.04, rough: 0.2 }), 1.3, 0.7, { walls: wall('#d9a79b'), back: 0.5 }),
      on([vase(T), bunch('tulip', VASE_MOUTH, 8, 11)], 0, 0, 0),
      on(mug(T, { fill: 'coffee' }), -0.22, 0, 0.12, 210),
      on(f.napkin(tiled(T.linen, 0.15), 0.26, 0.22, 4), 0.24, 0, 0.08, 20),
      on(food.lemon(), 0.2, 0.012, 0.09, -30),
    ],
  }),

  'blossom-dark': (T) => {
    const { walnut } = woods(T);
    return {
      size: SIZE.p45,
      ...cam([0.0, 0.34, 1.5], [0, 0.31, 0], 33),
      env: {
        top: [0.05, 0.055, 0.06],
        bottom: [0.03, 0.03, 0.03],
        key: { dir: [-1, 0.4, 0.15], power: 9, color: [2.2, 2.1, 2] },
      },
      ambient: 0.1,
      film: { ev: -0.5, vignette: 0.35, grain: 0.018 },
      spp: 18,
      parts: [
        top(walnut, 1.8, 0.8, { walls: wall('#2e302f'), back: 0.7 }),
        on([vase(T), bunch('blossom', VASE_MOUTH, 7, 6)], 0, 0, 0),
        on(f.napkin(cloth('#514a44'), 0.4, 0.3, 6, 0.008), 0.16, 0, 0.14, 30),
        on(food.lemon(), 0.2, 0.02, 0.12, 20),
      ],
    };
  },

  'grass-boho-corner': (T) => {
    const { oak } = woods(T);
    return {
      size: SIZE.tall,
      ...cam([0.3, 0.95, 2.2], [-0.02, 0.82, 0.2], 47),
      ...light.sun([1, 0.6, 0.7], gobo.window(1, 3, 0.62, 1.7, 0.05, 0.04), {
        at: [0, 1.05, 0],
        power: 2.4,
        fill: 0.7,
      }),
      film: { ev: 0.1, wb: [1.04, 1, 0.94] },
      parts: [
        room({ walls: wall('#e4d0ba'), floor: tiled(T.paleFloor, 1.6), left: -0.9 }),
        on(f.stool(oak, 0.5, 0.21), -0.05, 0, 0.36),
        on([vase(T), bunch('grass', VASE_MOUTH, 17, 15)], -0.05, 0.5, 0.36, 0, 1.15),
        on(f.basket(T, 0.2, 0.36), 0.42, 0, 0.34),
        place(f.cushion(cloth('#b56a4a'), 0.4, { rx: -16 }), { at: [0.42, 0.2, 0.34] }),
        on(f.rug(T, 1.6, 1.0), 0, 0, 1.0),
        on(sheetOnWall(T, 'sunAndSail', 0.36, 0.504, { tape: '#c9a878' }), 0.45, 1.15, 0),
      ],
    };
  },

  'daisies-by-the-sea': (T) => ({
    size: SIZE.p34,
    ...cam([0.12, 0.28, 1.0], [0.02, 0.2, 0], 35),
    ...light.day([-0.3, 0.5, -1], 0.6, [0.9, 1, 1.1]),
    lights: [
      { ...rect([0, 0.7, -0.16], [1, 0, 0], [0, 1.2, 0], [0.85, 0.9, 0.95], T.seaDay, [0, 0, 1]), unseen: true },
    ],
    film: { ev: 0.2, wb: [0.98, 1, 1.03], blur: 0.003 },
    spp: 18,
    parts: [
      sill(T, 'seaDay', { gain: 1.05, bar: '#f3f1ec', cols: 2, drop: 0.5, wide: 3.2 }),
      on([vase(T), bunch('daisy', VASE_MOUTH, 5, 17)], 0.02, 0, 0.07),
      on(f.pebble('#7b7f80', 0.03), -0.16, 0, 0.1),
      on(f.pebble('#c9bda8', 0.022), -0.1, 0, 0.14),
      on(f.pebble('#a7664f', 0.018), -0.2, 0, 0.15),
      on(mug(T, { fill: 'coffee' }), 0.22, 0, 0.1, -140),
    ],
  }),

  'three-on-a-shelf': (T) => {
    const { oak } = woods(T);
    return {
      size: SIZE.p45,
      ...cam([-0.1, 0.24, 1.45], [0.02, 0.2, 0.1], 38),
      ...light.day([0.9, 0.6, 0.7], 1),
      film: { ev: 0.12 },
      parts: [
        place(room({ walls: wall('#dccfbd'), skirting: null }), { at: [0, -1.3, 0] }),
        on(f.shelf(oak, 1.1, 0.24), 0, -0.028, 0),
        on([vase(T), bunch('grass', VASE_MOUTH, 3, 5)], -0.22, 0, 0.12),
        place(plate(T), { at: [0.1, 0.132, 0.06], rx: 76 }),
        on(bowl(T), 0.06, 0, 0.16),
        on(mug(T, { fill: null }), 0.3, 0, 0.12, -30),
        on(f.shelf(oak, 1.1, 0.24), 0, 0.52, 0),
        on(f.books(8, 91), -0.3, 0.548, 0.04),
        on(trailing({ seed: 51, drop: 0.3 }), 0.3, 0.548, 0.14),
      ],
    };
  },

  'croissant-marble': (T) => ({
    size: [900, 900],
    ...cam([0.08, 0.34, 0.36], [0.0, 0.015, 0], 36, -3),
    ...light.day([-0.8, 0.7, -0.4], 1.05),
    film: { grain: 0, ev: 0.12, blur: 0.009 },
    parts: [
      top(tiled(T.marble, 0.9, { spec: 0.06, rough: 0.05 }), 2, 1.4, { walls: wall('#cbb9a6') }),
      on([plate(T), on(food.croissant(), 0.01, 0.0095, 0.015, 200)], 0, 0, 0.01),
      on(mug(T, { fill: 'latte' }), -0.15, 0, -0.16, 70),
      on(food.knife(), 0.17, 0.001, 0.02, 8),
      on(food.jar('#b5641f'), 0.15, 0, -0.2),
    ],
  }),

  'plates-on-the-wall': (T) => ({
    size: SIZE.sq,
    ...cam([-0.35, 1.3, 1.5], [0, 1.28, 0], 38, 0.5),
    ...light.sun([-0.9, 0.6, 0.7], gobo.leaves(0.26, 12, 0.45, 0.05), { at: [0, 1.3, 0], power: 2.4, fill: 0.7 }),
    film: { ev: 0.1 },
    parts: [
      room({ walls: wall('#6f8f93') }),
      ...[
        [-0.28, 1.42, 10],
        [0.05, 1.5, 100],
        [-0.12, 1.12, 200],
        [0.24, 1.2, 300],
      ].map(([x, y, r]) => place(place(plate(T), { ry: r }), { at: [x, y, 0.014], rx: 88 })),
      on(f.shelf(white, 0.9, 0.14), 0.02, 0.86, 0),
      on(bowl(T), 0.3, 0.888, 0.08),
    ],
  }),

  'eggs-hard-sun': (T) => ({
    size: SIZE.p45,
    ...cam([-0.06, 0.52, 0.34], [0, 0.0, 0], 36, 6),
    ...light.sun([0.9, 0.62, -0.35], null, { power: 3, tint: [1, 0.92, 0.78], fill: 0.5 }),
    film: { ev: 0.0 },
    parts: [
      plane(paint('#d98f6d', { spec: 0.02, rough: 0.5, bump: 0.05, bumpScale: 90 })),
      on(
        [
          plate(T),
          on(food.toast(), 0.0, 0.009, 0.005, -15),
          on(food.egg(), 0.004, 0.0265, 0.006, 30),
          on(food.tomato(), 0.07, 0.009, -0.03),
          on(food.tomato(0.012), 0.075, 0.01, 0.0),
        ],
        0,
        0,
        0.02,
      ),
      on(mug(T), 0.15, 0, -0.18, 60),
      on(food.knife(), -0.17, 0.001, 0.03, -4),
      on(food.spoon(), 0.18, 0, 0.06, -9),
      on(food.orange(), -0.14, 0, -0.18),
      on(bunch('daisy', 0, 5, 1), -0.1, 0.01, 0.24),
    ],
  }),

  'cookies-lamplight': (T) => {
    const { oak } = woods(T);
    return {
      size: SIZE.l43,
      ...cam([0.15, 0.3, 0.82], [-0.02, 0.09, -0.02], 34),
      ...light.night(
        [f.bulb([-0.32, 0.36, -0.16], 0.16), { at: [1.2, 1.2, 1], radius: 0.3, color: [0.12, 0.13, 0.17] }],
        0.04,
      ),
      film: { ev: -0.15, blur: 0.004, grain: 0.02 },
      spp: 24,
      parts: [
        top(oak, 1.8, 0.9, { walls: wall('#7a5a4a'), back: 0.5 }),
        on(f.lamp('#ffcf94', 1.4, paint('#e6dcc8', { spec: 0.05 })), -0.32, 0, -0.16),
        on(
          [
            plate(T),
            ...[
              [0, 0, 0],
              [0.055, 0, 0.02],
              [-0.045, 0, 0.035],
              [0.01, 0.012, 0.025],
              [0.0, 0, -0.055],
            ].map(([x, y, z], k) => on(food.cookie(k + 2), x, 0.009 + y, z, k * 50)),
          ],
          0.02,
          0,
          0.06,
        ),
        on(mug(T, { fill: 'latte' }), 0.23, 0, -0.04, -30),
        on(f.stack(3, 27), 0.34, 0, -0.28),
      ],
    };
  },

  'unboxing-mug': (T) => ({
    size: SIZE.p45,
    ...cam([0.1, 0.62, 0.34], [0, 0.06, 0.01], 38, -4),
    ...light.day([-0.9, 0.8, 0.3], 1),
    film: { ev: 0.12, blur: 0.003 },
    parts: [
      plane(tiled(T.oakFloor, 1.2, { spec: 0.03, rough: 0.4 })),
      on(f.carton({ tex: T.kraft, scale: [3, 3] }, 0.3, 0.14, 0.26, 0.45), 0, 0.001, 0, 12),
      on(f.crumple(paint('#f4e9dc', { trans: 0.3 }), 0.29, 0.25, 0.06, 7), 0, 0.03, 0, 12),
      place(mug(T, { fill: null }), { at: [-0.03, 0.11, 0.03], rz: 72, ry: 30 }),
      on(f.crumple(paint('#e8a48a', { trans: 0.3 }), 0.2, 0.14, 0.05, 9), 0.02, 0.055, -0.07, 40),
      place(quad({ tex: T.letter }, 0.13, 0.182), { at: [0.25, 0.002, 0.2], rx: -90, ry: -14 }),
    ],
  }),

  'unboxing-heron': (T) => ({
    size: SIZE.p45,
    ...flat([0, 1.25, 0], -6, 40),
    ...light.day([0.9, 0.8, -0.3], 1),
    film: { ev: 0.1 },
    parts: [
      plane(tiled(T.darkFloor, 1.3, { spec: 0.03, rough: 0.35 })),
      place(box({ tex: T.kraft, scale: [3, 3] }, 0.6, 0.03, 0.74), { at: [-0.02, 0, 0], ry: 6 }),
      on(f.crumple(paint('#f6f0e6', { trans: 0.3 }), 0.56, 0.68, 0.05, 3), -0.02, 0.02, 0, 6),
      place(place(framed(T, 'heron', 0.36, 0.45, { wood: white, mount: 0.03 }), { at: [0, -0.26, 0] }), {
        at: [-0.03, 0.07, 0.02],
        rx: -89,
        ry: 9,
      }),
      place(quad({ tex: T.letter }, 0.14, 0.196), { at: [0.28, 0.05, 0.36], rx: -90, ry: -20 }),
      place(f.napkin(cloth('#d77a5c'), 0.5, 0.025, 3, 0.004), { at: [-0.3, 0.0, 0.4], ry: 34 }),
      on(mug(T, { fill: 'coffee' }), 0.36, 0, -0.38, 60),
    ],
  }),

  'flatlay-shells': (T) => ({
    size: SIZE.sq,
    ...flat([0, 0.95, 0], 9, 40),
    ...light.sun([-0.7, 1, -0.45], gobo.leaves(0.2, 15, 0.5, 0.04), { at: [0, 0, 0], power: 2.2, fill: 0.75 }),
    film: { ev: 0.1, wb: [1.02, 1, 0.96] },
    parts: [
      plane(tiled(T.linen, 0.2, { bump: 0.3, bumpScale: 260 })),
      place(place(quad({ tex: T.shells }, 0.4, 0.5), { at: [0, -0.25, 0] }), { at: [0, 0.003, 0], rx: -90, ry: -3 }),
      ...[
        ['#7b7f80', 0.03, -0.26, -0.18],
        ['#c9bda8', 0.024, -0.29, -0.1],
        ['#a7664f', 0.02, -0.24, -0.06],
        ['#3f4346', 0.026, 0.27, 0.2],
        ['#d8d0c0', 0.018, 0.24, 0.26],
        ['#9b8f83', 0.034, 0.29, 0.1],
      ].map(([c, r, x, z]) => on(f.pebble(c, r), x, 0.001, z, x * 300)),
      on(mug(T, { fill: 'tea' }), 0.3, 0, -0.2, 60),
      on(
        bunch('eucalyptus', 0.05, 2, 1).map((p) => place(p, { rx: 82 })),
        -0.3,
        0.03,
        0.05,
        10,
      ),
    ],
  }),

  'poster-just-unrolled': (T) => ({
    size: SIZE.p34,
    ...cam([0.12, 1.05, 0.75], [0, 0.02, 0.02], 44, 5),
    ...light.day([-1, 0.7, 0.1], 1),
    film: { ev: 0.1 },
    parts: [
      plane(tiled(T.paleFloor, 1.3, { spec: 0.02, rough: 0.5 })),
      place(sheetOnWall(T, 'lighthouse', 0.5, 0.7, { tape: null, curl: 0.03 }), { at: [0, 0.002, 0.34], rx: -90 }),
      place(
        f.rope(
          { tex: T.kraft, scale: [1, 1] },
          [
            [-0.3, 0.04, 0],
            [0.3, 0.04, 0],
          ],
          0.04,
        ),
        { at: [0.05, 0, -0.48], ry: 12 },
      ),
      on(f.stack(2, 9), -0.3, 0, 0.3, 30),
      on(mug(T), 0.33, 0, 0.28, -40),
      on(f.pebble('#6f7274', 0.035), -0.2, 0.012, -0.3),
    ],
  }),

  'dinner-for-two': (T) => {
    const { walnut } = woods(T);
    return {
      size: SIZE.l43,
      ...cam([0.0, 0.55, 1.05], [0, 0.06, -0.02], 40),
      ...light.night(
        [
          { at: [-0.1, 0.215, -0.05], radius: 0.012, color: [0.14, 0.075, 0.03] },
          { at: [0.12, 0.195, -0.1], radius: 0.012, color: [0.14, 0.075, 0.03] },
          { at: [0, 1.4, 0.3], radius: 0.15, color: [0.26, 0.2, 0.14] },
        ],
        0.03,
      ),
      film: { ev: -0.15, grain: 0.02, blur: 0.002 },
      spp: 24,
      parts: [
        top(walnut, 1.9, 1.0, { walls: wall('#3a4a42'), back: 0.9 }),
        on(f.candle(0.13), -0.1, 0, -0.05),
        on(f.candle(0.11), 0.12, 0, -0.1),
        ...[-0.32, 0.32].map((x, k) => [
          on([plate(T)], x, 0, 0.12),
          on([bowl(T), food.salad(0.068, 0.05, 6 + k, 80)], x, 0.0085, 0.12, k * 70, 0.95),
          on(food.knife(), x + 0.17, 0.001, 0.12),
          on(food.spoon(), x - 0.17, 0, 0.12),
        ]),
        on([vase(T), bunch('daisy', VASE_MOUTH, 8, 9)], 0.4, 0, -0.33),
        on(food.bottle('#2c3a26', 0.3), -0.3, 0, -0.24),
      ],
    };
  },
};
