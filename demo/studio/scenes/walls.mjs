// Prints and posters where people hang them.

import * as f from '../set/furniture.mjs';
import { blades, bunch, plant, trailing } from '../set/growing.mjs';
import { gobo, light, room } from '../set/room.mjs';
import { cloth, paint, tiled, wall } from '../set/surfaces.mjs';
import { bowl, framed, hung, mug, sheetOnWall, VASE_MOUTH, vase } from '../set/wares.mjs';
import { place, roundBox } from '../tracer/mesh.mjs';
import { black, brass, cam, on, SIZE, white, woods } from './kit.mjs';

const block = (m, w) => roundBox(m, w, w, w, 0.006, 0, 4);

export const walls = {
  'heron-over-sofa': (T) => {
    const { oak } = woods(T);
    return {
      size: SIZE.p45,
      ...cam([0.3, 1.2, 3.1], [0.08, 0.98, 0], 47),
      ...light.day([-1, 0.5, 0.35], 1.05),
      film: { ev: 0.1, wb: [1.01, 1, 0.98] },
      parts: [
        room({ walls: wall('#e6dccb'), floor: tiled(T.oakFloor, 1.6, { spec: 0.03, rough: 0.4 }) }),
        on(framed(T, 'heron', 0.56, 0.7, { wood: oak, mount: 0.07 }), 0, 1.05, 0),
        on(
          f.sofa(cloth('#b9a88c'), oak, 1.9, {
            cushions: [
              [cloth('#b5552f'), -0.55, 12],
              [cloth('#24424c'), 0.56, -14],
              [cloth('#e8dcc4'), 0.26, -10, 0.36],
            ],
          }),
          0,
          0,
          0.6,
        ),
        on(plant({ seed: 3, high: 0.8 }), 1.25, 0, 0.45),
        on(f.rug(T, 2.4, 1.4), 0, 0, 1.4),
      ],
    };
  },

  'gallery-wall': (T) => {
    const { oak, walnut } = woods(T);
    return {
      size: SIZE.sq,
      ...cam([-0.2, 1.32, 2.8], [0.02, 1.25, 0], 42),
      ...light.day([1, 0.7, 0.8], 1, [1, 0.97, 0.92]),
      film: { ev: 0.15 },
      parts: [
        room({ walls: wall('#f0ebe2'), floor: tiled(T.paleFloor, 1.6) }),
        on(framed(T, 'swell', 0.48, 0.6, { wood: black, mount: 0.06 }), -0.38, 1.18, 0),
        on(framed(T, 'kelp', 0.32, 0.4, { wood: oak, mount: 0.04 }), 0.2, 1.5, 0),
        on(framed(T, 'shells', 0.32, 0.4, { wood: white, mount: 0.04 }), 0.2, 0.94, 0),
        on(framed(T, 'heron', 0.4, 0.5, { wood: walnut, mount: 0.05 }), 0.7, 1.22, 0),
        on(framed(T, 'sunAndSail', 0.25, 0.35, { wood: brass, mount: 0.03 }), -0.9, 1.3, 0),
        on(f.sideboard(walnut, 1.7, 0.68, 0.4), 0.05, 0, 0.26),
        on([vase(T), bunch('grass', VASE_MOUTH, 4, 9)], -0.55, 0.68, 0.26),
        on(f.stack(4, 8), 0.35, 0.68, 0.26),
        on(f.candle(0.1, false), 0.62, 0.68, 0.3),
      ],
    };
  },

  'hallway-lighthouse': (T) => {
    const { oak } = woods(T);
    return {
      size: SIZE.tall,
      ...cam([0.5, 1.35, 2.7], [-0.08, 1.0, 0], 54, 0.8),
      ...light.day([0.5, 0.5, 1], 0.9, [1, 0.95, 0.85]),
      film: { ev: 0.05, wb: [1.05, 1, 0.92] },
      parts: [
        room({ walls: wall('#cdd6cf'), floor: tiled(T.hexFloor, 0.9, { spec: 0.04, rough: 0.2 }), left: -0.85 }),
        on(framed(T, 'lighthouse', 0.5, 0.7, { wood: oak, mount: 0 }), 0, 1.12, 0),
        on(f.table(oak, 0.9, 0.3, 0.46), 0, 0, 0.24),
        on(f.basket(T, 0.16, 0.2), -0.22, 0, 0.26),
        on(f.stack(3, 33), 0.18, 0, 0.26),
        on(f.cushion(cloth('#c7a25a'), 0.34, { rx: -14 }), 0.2, 0.45, 0.2),
        on(blades({ high: 0.5, seed: 4 }), 0.68, 0, 0.2),
      ],
    };
  },

  'bedroom-swell-morning': (T) => {
    const { oak } = woods(T);
    return {
      size: SIZE.l43,
      ...cam([0.55, 1.42, 3.3], [-0.02, 1.03, 0], 37),
      ...light.sun([1, 0.62, 0.75], gobo.window(2, 3, 1.05, 1.5), { at: [-0.2, 1.1, 0.1], power: 2.4, fill: 0.75 }),
      film: { ev: 0.1, wb: [1.03, 1, 0.96] },
      parts: [
        room({ walls: wall('#dfe0da'), floor: tiled(T.oakFloor, 1.6) }),
        on(framed(T, 'swell', 0.56, 0.7, { wood: white, mount: 0.07 }), -0.05, 1.12, 0),
        on(f.bed(cloth('#efeae0'), cloth('#8a9aa6'), oak), 0, 0, 0.02),
        on(f.stool(oak, 0.5, 0.2), 1.15, 0, 0.35),
        on(f.lamp('#fff0d8', 0.2, paint('#c9573a', { spec: 0.05 })), 1.15, 0.5, 0.33),
        on(f.stack(2, 5), -1.14, 0.5, 0.3),
        on(f.stool(oak, 0.5, 0.2), -1.15, 0, 0.35),
      ],
    };
  },

  'desk-sun-and-sail': (T) => {
    const { oak } = woods(T);
    return {
      size: SIZE.p45,
      ...cam([-0.55, 1.35, 1.9], [0.02, 1.06, 0], 47),
      ...light.day([1, 0.5, 0.6], 1),
      film: { ev: 0.1, wb: [0.98, 1, 1.04] },
      parts: [
        room({ walls: wall('#f1efe9'), floor: tiled(T.paleFloor, 1.6) }),
        on(sheetOnWall(T, 'sunAndSail', 0.5, 0.7, { tape: '#d98a6a' }), -0.02, 1.02, 0),
        on(f.table(oak, 1.4, 0.62, 0.74), 0, 0, 0.34),
        on(f.laptop(T), 0.02, 0.74, 0.36, 14),
        on(mug(T), -0.34, 0.74, 0.42, 40),
        on(f.books(7, 12), 0.4, 0.74, 0.1, -4),
        on(trailing({ seed: 9, drop: 0.2 }), -0.5, 0.74, 0.16),
        on(f.chair(oak), 0.05, 0, 0.98, 168),
      ],
    };
  },

  'kitchen-kelp-print': (T) => {
    const { oak, walnut } = woods(T);
    return {
      size: SIZE.p34,
      ...cam([0.2, 1.5, 1.75], [0.02, 1.37, 0], 46),
      ...light.day([-1, 0.4, 0.7], 1),
      film: { ev: 0.1, wb: [1.02, 1, 0.97] },
      parts: [
        room({ walls: tiled(T.zellige, 1, { spec: 0.05, rough: 0.15 }), skirting: null }),
        on(f.shelf(oak, 1.5, 0.24), 0, 1.18, 0),
        on(framed(T, 'kelp', 0.32, 0.4, { wood: walnut, mount: 0.045 }), -0.12, 1.209, 0.03),
        on(bowl(T), 0.3, 1.208, 0.13),
        on(mug(T, { fill: null }), 0.52, 1.208, 0.12, -50),
        on(trailing({ seed: 2, drop: 0.5 }), -0.55, 1.208, 0.13),
        on(f.stack(3, 21), 0.31, 0.88, 0.2),
        place(f.shelf(walnut, 3, 0.6, 0.04), { at: [0, 0.84, 0] }),
        on(blades({ seed: 8, high: 0.24, r: 0.05 }), -0.4, 0.88, 0.24),
      ],
    };
  },

  'nursery-swim-club': (T) => {
    const { oak } = woods(T);
    return {
      size: SIZE.p34,
      ...cam([-0.4, 1.0, 2.75], [0.06, 0.83, 0], 46),
      ...light.day([-0.8, 0.8, 0.8], 1.05),
      film: { ev: 0.15 },
      parts: [
        room({ walls: wall('#e9d9a8'), floor: tiled(T.paleFloor, 1.6) }),
        on(hung(T, 'swimClub', 0.5, 0.7, oak), 0, 1.0, 0),
        on(f.basket(T, 0.2, 0.3), -0.42, 0, 0.3),
        on(f.cushion(cloth('#e58a6a'), 0.3, { rx: -20 }), -0.42, 0.16, 0.3),
        on(f.armchair(cloth('#7fa39a'), oak), 0.48, 0, 0.55, -24),
        on(f.rug(T, 1.7, 1.1), 0, 0, 1.0),
        ...[
          ['#d9583f', 0.1],
          ['#2f7f86', 0.085],
          ['#e8b54a', 0.07],
        ].map(([c, w], k) => on(block(paint(c), w), -0.08, [0, 0.1, 0.185][k] + 0.012, 0.62, k * 23)),
      ],
    };
  },

  'bathroom-shells': (T) => {
    const { oak } = woods(T);
    return {
      size: SIZE.p45,
      ...cam([0.45, 1.42, 1.75], [0, 1.2, 0], 46),
      ...light.day([1, 0.5, 0.8], 1, [0.95, 1, 1.03]),
      film: { ev: 0.15 },
      parts: [
        room({ walls: wall('#f1ede4'), skirting: null }),
        place(f.shelf(tiled(T.greenTile, 1, { spec: 0.07, rough: 0.08 }), 4, 0.03, 1.02), { at: [0, 0, 0] }),
        on(f.shelf(tiled(T.terrazzo, 1, { spec: 0.04, rough: 0.1 }), 4, 0.34, 0.03), 0, 0.86, 0),
        on(framed(T, 'shells', 0.4, 0.5, { wood: oak, mount: 0.05 }), -0.02, 1.12, 0),
        on([vase(T), bunch('eucalyptus', VASE_MOUTH, 6, 5)], 0.42, 0.89, 0.18),
        on(f.candle(0.08, false), -0.36, 0.89, 0.16),
        on(bowl(T), -0.14, 0.89, 0.2),
        ...['#efe6d6', '#c7d3cf', '#efe6d6'].map((c, k) =>
          on(roundBox(cloth(c), 0.24, 0.055, 0.17, 0.026), -0.6, 0.89 + k * 0.054, 0.16, k * 3),
        ),
      ],
    };
  },

  'brick-regatta': (T) => {
    const { walnut } = woods(T);
    return {
      size: SIZE.p45,
      ...cam([-0.6, 1.1, 2.5], [0.1, 0.96, 0], 46, -0.6),
      ...light.day([-1, 0.7, 0.5], 0.9, [1, 0.93, 0.85]),
      film: { ev: -0.12, wb: [1.03, 1, 0.95], saturation: 0.95 },
      parts: [
        room({
          walls: tiled(T.brick, 1.0, { bump: 0.12, bumpScale: 90 }),
          floor: tiled(T.darkFloor, 1.6, { spec: 0.04, rough: 0.4 }),
          skirting: null,
        }),
        on(sheetOnWall(T, 'regatta', 0.6, 0.84, { tape: null, clips: true }), -0.12, 0.92, 0),
        on(f.armchair(paint('#7a4a2c', { spec: 0.05, rough: 0.35 }), walnut), 0.62, 0, 0.55, -30),
        on(plant({ seed: 7, len: 0.4, wide: 0.12, high: 0.9, pot: paint('#2f3a38') }), -0.72, 0, 0.35),
        on(f.stack(5, 31), 0.12, 0, 0.34),
      ],
    };
  },

  'leaning-heron': (T) => {
    const { walnut } = woods(T);
    return {
      size: SIZE.sq,
      ...cam([0.45, 0.62, 1.8], [0, 0.4, 0.1], 38),
      ...light.sun([0.9, 0.55, 0.8], gobo.leaves(0.3, 2, 0.5, 0.05), { at: [0, 0.4, 0], power: 3 }),
      film: { ev: 0.15 },
      parts: [
        room({ walls: wall('#efe8dc'), floor: tiled(T.oakFloor, 1.6, { spec: 0.03, rough: 0.4 }) }),
        place(framed(T, 'heron', 0.5, 0.625, { wood: walnut, mount: 0.06 }), { at: [-0.1, 0, 0.16], rx: -8 }),
        on(f.stack(4, 17), 0.47, 0, 0.3, 12),
        on([vase(T), bunch('blossom', VASE_MOUTH, 3, 5)], 0.38, 0.135, 0.34, 0, 0.8),
        on(f.basket(T, 0.15, 0.22), -0.66, 0, 0.3),
      ],
    };
  },

  'ledge-trio': (T) => {
    const { oak } = woods(T);
    return {
      size: SIZE.l43,
      ...cam([-0.3, 1.42, 2.2], [0, 1.36, 0], 32),
      ...light.sun([-0.9, 0.5, 0.9], gobo.window(3, 2, 1.5, 0.95, 0.05, 0.04), {
        at: [0.05, 1.36, 0],
        power: 2.6,
        fill: 0.6,
      }),
      film: { ev: 0.1, wb: [1.03, 1, 0.95] },
      parts: [
        room({ walls: wall('#d8c2b0') }),
        on(f.ledge(white, 1.7), 0, 1.05, 0),
        place(framed(T, 'shells', 0.4, 0.5, { wood: white, mount: 0.045 }), { at: [-0.5, 1.07, 0.088], rx: -6 }),
        place(framed(T, 'heron', 0.48, 0.6, { wood: black, mount: 0.06 }), { at: [0.06, 1.07, 0.045], rx: -3 }),
        place(framed(T, 'kelp', 0.32, 0.4, { wood: oak, mount: 0.04 }), { at: [0.5, 1.07, 0.085], rx: -5 }),
        on(blades({ r: 0.035, high: 0.2, n: 14, seed: 5 }), 0.76, 1.07, 0.06),
      ],
    };
  },

  'navy-wall-lamplight': (T) => {
    const { walnut } = woods(T);
    return {
      size: SIZE.p45,
      ...cam([0.3, 1.25, 2.1], [0.04, 1.13, 0], 46),
      ...light.night([f.bulb([0.5, 1.09, 0.26], 0.42)], 0.05),
      film: { ev: -0.35, wb: [1, 1, 1.02], grain: 0.022 },
      spp: 24,
      parts: [
        room({ walls: wall('#26384e'), floor: tiled(T.darkFloor, 1.6) }),
        on(framed(T, 'swell', 0.48, 0.6, { wood: brass, mount: 0.06 }), -0.12, 1.0, 0),
        on(f.sideboard(walnut, 1.6, 0.74, 0.42), 0, 0, 0.26),
        on(f.lamp('#ffc98a', 1.6, brass), 0.5, 0.74, 0.26),
        on(f.stack(3, 42), -0.4, 0.74, 0.27),
        on(mug(T, { fill: 'tea' }), 0.13, 0.74, 0.36, 30),
        on(blades({ seed: 12, r: 0.06, high: 0.34 }), -0.68, 0.74, 0.26),
      ],
    };
  },

  'kelp-leaf-shadows': (T) => {
    const { oak } = woods(T);
    return {
      size: SIZE.p45,
      ...cam([-0.35, 1.5, 1.15], [0.01, 1.46, 0], 44, -1),
      ...light.sun([0.9, 0.7, 0.7], gobo.leaves(0.2, 5, 0.6, 0.04), { at: [0, 1.45, 0], power: 3.2 }),
      film: { ev: 0.1 },
      parts: [
        room({ walls: wall('#f3ede0') }),
        on(framed(T, 'kelp', 0.4, 0.5, { wood: oak, mount: 0.055 }), 0, 1.16, 0),
      ],
    };
  },

  'linocut-close': (T) => {
    const { oak } = woods(T);
    return {
      size: SIZE.sq,
      ...cam([0.26, 1.16, 0.36], [0.02, 1.29, 0.02], 40, 4),
      ...light.day([-1, 0.4, 0.5], 1, [1, 0.95, 0.88]),
      film: { ev: 0.1, blur: 0.016, focus: 0.46, wb: [1.03, 1, 0.95] },
      parts: [
        room({ walls: wall('#c9d2cf') }),
        on(framed(T, 'swell', 0.4, 0.5, { wood: oak, mount: 0.05, glass: false }), 0, 1.05, 0),
      ],
    };
  },

  'lighthouse-blinds': (T) => ({
    size: SIZE.p34,
    ...cam([0.5, 1.42, 1.85], [0, 1.35, 0], 42, 0.7),
    ...light.sun([-1, 0.45, 0.8], gobo.blinds(0.075, 0.5, 0.014, 0.02), {
      at: [0, 1.3, 0],
      power: 2.3,
      fill: 0.75,
      tint: [1, 0.78, 0.52],
    }),
    film: { ev: 0.05, wb: [1.04, 1, 0.93] },
    parts: [
      room({ walls: wall('#e2d3bf'), right: 1.3 }),
      on(framed(T, 'lighthouse', 0.5, 0.7, { wood: white, mount: 0.05 }), -0.05, 0.98, 0),
      on(plant({ seed: 11, high: 0.9, len: 0.3 }), 0.62, 0.3, 0.35),
      on(f.sideboard(white, 1.5, 0.5, 0.4), -0.2, 0, 0.26),
      on(f.stack(4, 3), -0.45, 0.5, 0.26),
    ],
  }),

  'radiator-regatta': (T) => ({
    size: SIZE.tall,
    ...cam([-0.28, 1.2, 2.5], [0.08, 1.1, 0], 50),
    ...light.grey([0.9, 0.5, 0.7], 1.1),
    film: { ev: 0.2, wb: [0.97, 1, 1.04] },
    parts: [
      room({ walls: wall('#c3cbd0'), floor: tiled(T.darkFloor, 1.6, { spec: 0.04, rough: 0.4 }) }),
      on(framed(T, 'regatta', 0.5, 0.7, { wood: black, mount: 0.06 }), -0.05, 1.1, 0),
      on(f.radiator(paint('#f1efe9', { spec: 0.05, rough: 0.2 }), 13), -0.05, 0, 0.12),
      on(f.curtain(cloth('#d9cbb2', { trans: 0.25 }), 0.46, 2.9, { folds: 5 }), 0.66, 0.02, 0.16),
      on(f.stool(paint('#b5803f'), 0.45), -0.55, 0, 0.5),
      on(trailing({ seed: 21, drop: 0.34 }), -0.55, 0.45, 0.5),
    ],
  }),

  'sideboard-two-posters': (T) => {
    const { walnut } = woods(T);
    return {
      size: SIZE.l43,
      ...cam([0.1, 1.25, 3.0], [0, 1.08, 0], 37),
      ...light.day([-0.9, 0.6, 0.9], 1, [1, 0.96, 0.9]),
      film: { ev: 0.1, wb: [1.02, 1, 0.97] },
      parts: [
        room({ walls: wall('#b7c4b6'), floor: tiled(T.oakFloor, 1.6) }),
        on(framed(T, 'lighthouse', 0.5, 0.7, { wood: black, mount: 0.04 }), -0.36, 0.98, 0),
        on(framed(T, 'swimClub', 0.5, 0.7, { wood: black, mount: 0.04 }), 0.36, 0.98, 0),
        on(f.sideboard(walnut, 1.9, 0.72, 0.42, 4), 0, 0, 0.26),
        on([vase(T), bunch('tulip', VASE_MOUTH, 5, 9)], 0.75, 0.72, 0.26),
        on(f.lamp('#fff0d8', 0.25, brass), -0.78, 0.72, 0.24),
        on(bowl(T), 0.1, 0.72, 0.28),
        on(f.stack(3, 14), -0.4, 0.72, 0.27),
      ],
    };
  },

  'cafe-corner': (T) => {
    const { walnut, oak } = woods(T);
    return {
      size: SIZE.l43,
      ...cam([-0.5, 1.35, 3.2], [0.05, 1.05, 0], 40, -0.5),
      ...light.day([-1, 0.5, 0.9], 0.8, [1, 0.92, 0.8]),
      film: { ev: 0.1, wb: [1.06, 1, 0.9] },
      parts: [
        room({
          walls: tiled(T.whiteBrick, 1, { bump: 0.08, bumpScale: 80 }),
          floor: tiled(T.hexFloor, 1, { spec: 0.04, rough: 0.25 }),
          skirting: null,
        }),
        ...[
          ['regatta', -0.84],
          ['sunAndSail', -0.28],
          ['lighthouse', 0.28],
          ['swimClub', 0.84],
        ].map(([n, x]) => on(framed(T, n, 0.42, 0.588, { wood: oak, mount: 0 }), x, 1.22, 0)),
        on(f.roundTable(walnut, 0.36), -0.1, 0, 0.75),
        on(f.chair(black), -0.72, 0, 0.7, 80),
        on(f.chair(black), 0.55, 0, 0.8, -75),
        on(mug(T, { fill: 'latte' }), -0.22, 0.74, 0.78, 20),
        on(mug(T), 0.05, 0.74, 0.68, 160),
        f.pendant(paint('#2f4a44', { spec: 0.05 }), -0.1, 1.95, 0.6),
      ],
    };
  },

  'print-on-chair': (T) => {
    const { walnut } = woods(T);
    return {
      size: SIZE.p45,
      ...cam([0.55, 0.95, 1.75], [0, 0.68, 0.2], 42),
      ...light.day([-1, 0.8, 0.6], 1),
      film: { ev: 0.15 },
      parts: [
        room({ walls: wall('#cbb8a6'), floor: tiled(T.darkFloor, 1.6, { spec: 0.04, rough: 0.4 }) }),
        on(f.chair(walnut), 0, 0, 0.42, 4),
        place(framed(T, 'shells', 0.36, 0.45, { wood: white, mount: 0.04 }), {
          at: [-0.01, 0.468, 0.36],
          rx: -14,
          ry: 4,
        }),
        on(f.curtain(cloth('#efe7d8', { trans: 0.3 }), 0.5, 2.6, { folds: 6, seed: 2 }), -0.66, 0.02, 0.2),
        on(blades({ seed: 15, high: 0.6, r: 0.1 }), 0.52, 0, 0.3),
      ],
    };
  },

  'terracotta-corner': (T) => {
    const { oak } = woods(T);
    return {
      size: SIZE.sq,
      ...cam([0.35, 1.2, 2.5], [0, 1.08, 0], 40),
      ...light.sun([-1, 0.5, 0.65], gobo.window(1, 2, 0.8, 1.5, 0.05, 0.03), {
        at: [-0.05, 1.15, 0],
        power: 3.4,
        tint: [1, 0.8, 0.55],
        fill: 0.5,
      }),
      film: { ev: 0.1 },
      parts: [
        room({ walls: wall('#b4745a'), floor: tiled(T.terrazzo, 1.2, { spec: 0.04, rough: 0.15 }) }),
        on(framed(T, 'sunAndSail', 0.5, 0.7, { wood: oak, mount: 0.06 }), 0, 1.0, 0),
        on(f.armchair(cloth('#efe3cf'), oak), 0.1, 0, 0.62, -10),
        on(f.cushion(cloth('#2f6f73'), 0.34, { rx: -18 }), 0.1, 0.5, 0.62, -10),
        on(plant({ seed: 23, len: 0.46, wide: 0.13, high: 1.0, spread: 0.45, pot: paint('#e8ddca') }), -0.82, 0, 0.4),
      ],
    };
  },

  'pink-wall-swim': (T) => ({
    size: SIZE.p45,
    ...cam([-0.15, 1.3, 1.95], [0.02, 1.2, 0], 44),
    ...light.day([0.9, 0.7, 0.7], 1.05),
    film: { ev: 0.15, saturation: 1.08 },
    parts: [
      room({ walls: wall('#e7b7a8'), floor: tiled(T.paleFloor, 1.6) }),
      on(framed(T, 'swimClub', 0.5, 0.7, { wood: white, mount: 0.06 }), -0.08, 1.0, 0),
      on(f.sideboard(paint('#f2ece2', { spec: 0.03, rough: 0.3 }), 1.4, 0.72, 0.4, 2), 0.1, 0, 0.24),
      on([vase(T), bunch('daisy', VASE_MOUTH, 9, 13)], 0.44, 0.72, 0.24),
      on(mug(T, { fill: null }), -0.42, 0.72, 0.3, -120),
      on(f.stack(2, 62), -0.12, 0.72, 0.26),
    ],
  }),

  'study-at-night': (T) => {
    const { walnut } = woods(T);
    return {
      size: SIZE.p34,
      ...cam([-0.45, 1.35, 1.9], [0.08, 1.15, 0], 46),
      ...light.night(
        [f.bulb([-0.42, 1.09, 0.3], 0.4), { at: [1.5, 2.2, 1.5], radius: 0.25, color: [0.06, 0.08, 0.14] }],
        0.05,
      ),
      film: { ev: -0.2, grain: 0.022 },
      spp: 24,
      parts: [
        room({ walls: wall('#4d5a4c'), floor: tiled(T.darkFloor, 1.6) }),
        on(framed(T, 'sunAndSail', 0.5, 0.7, { wood: black, mount: 0.05 }), 0.02, 1.0, 0),
        on(f.table(walnut, 1.5, 0.6, 0.74), 0, 0, 0.33),
        on(f.lamp('#ffcf94', 1.5, paint('#b5452f', { spec: 0.05 })), -0.42, 0.74, 0.3),
        on(f.books(9, 55), 0.34, 0.74, 0.1),
        on(mug(T, { fill: 'tea' }), 0.16, 0.74, 0.4, -40),
        on(f.stack(2, 4), -0.08, 0.74, 0.38),
      ],
    };
  },

  'mirror-and-kelp': (T) => {
    const { oak } = woods(T);
    return {
      size: SIZE.p45,
      ...cam([0.2, 1.35, 2.4], [-0.03, 1.18, 0], 44),
      ...light.day([1, 0.7, 0.7], 1),
      film: { ev: 0.1 },
      parts: [
        room({ walls: wall('#8fa39b'), floor: tiled(T.oakFloor, 1.6) }),
        on(f.mirror(brass, 0.3), 0.34, 1.12, 0),
        on(framed(T, 'kelp', 0.4, 0.5, { wood: brass, mount: 0.05 }), -0.34, 1.06, 0),
        on(f.table(oak, 1.3, 0.34, 0.8), 0, 0, 0.2),
        on([vase(T), bunch('eucalyptus', VASE_MOUTH, 12, 7)], 0.3, 0.8, 0.2),
        on(bowl(T), -0.18, 0.8, 0.2),
        on(f.candle(0.13, false), -0.5, 0.8, 0.2),
        on(f.basket(T, 0.2, 0.32), -0.2, 0, 0.22),
      ],
    };
  },

  'regatta-nook': (T) => {
    const { oak } = woods(T);
    return {
      size: SIZE.p45,
      ...cam([-0.4, 1.3, 2.3], [0.02, 1.05, 0], 46, 0.5),
      ...light.day([-1, 0.5, 0.3], 1.05),
      film: { ev: 0.1 },
      parts: [
        room({
          walls: tiled(T.painted, 0.9, { color: [1.35, 1.4, 1.4] }),
          floor: tiled(T.whiteBoards, 1.2),
          skirting: null,
          left: -1.5,
        }),
        on(framed(T, 'regatta', 0.5, 0.7, { wood: oak, mount: 0.05 }), 0.05, 1.08, 0),
        on(f.roundTable(white, 0.4), 0.05, 0, 0.55),
        on(f.chair(oak), 0.72, 0, 0.62, -80),
        on(f.chair(oak), -0.6, 0, 0.75, 70),
        on([vase(T), bunch('tulip', VASE_MOUTH, 15, 8)], 0.12, 0.74, 0.48),
        on(mug(T), -0.12, 0.74, 0.62, 150),
        on(mug(T, { fill: 'latte' }), 0.28, 0.74, 0.7, 30),
      ],
    };
  },

  'swim-hut-sun': (T) => {
    const { oak } = woods(T);
    return {
      size: SIZE.sq,
      ...cam([0.5, 1.28, 1.9], [0.0, 1.16, 0], 42, -0.8),
      ...light.sun([0.8, 0.75, 0.55], gobo.leaves(0.34, 21, 0.4, 0.03), {
        at: [0, 1.2, 0],
        power: 2.6,
        tint: [1, 0.93, 0.82],
        fill: 0.65,
      }),
      film: { ev: 0.1, wb: [0.99, 1, 1.02] },
      parts: [
        room({ walls: tiled(T.whiteBoards, 0.9), floor: tiled(T.deck, 0.9), skirting: null }),
        on(sheetOnWall(T, 'swimClub', 0.5, 0.7, { tape: '#e0644c' }), -0.16, 0.98, 0),
        on(f.shelf(oak, 0.7, 0.05, 0.06), 0.52, 1.5, 0),
        ...[0.34, 0.52, 0.7].map((x) =>
          f.rope(
            brass,
            [
              [x, 1.52, 0.05],
              [x, 1.49, 0.085],
              [x, 1.515, 0.1],
            ],
            0.005,
          ),
        ),
        on(f.curtain(tiled(T.stripes, 0.3), 0.2, 0.72, { folds: 3, deep: 0.03 }), 0.52, 0.79, 0.09),
        on(f.curtain(cloth('#e8a33d'), 0.16, 0.6, { folds: 3, deep: 0.03, seed: 4 }), 0.34, 0.9, 0.08),
        on(f.stool(oak, 0.45, 0.2), -0.5, 0, 0.35),
        on(blades({ seed: 19, high: 0.5, r: 0.1 }), -0.5, 0.45, 0.33),
      ],
    };
  },
};
