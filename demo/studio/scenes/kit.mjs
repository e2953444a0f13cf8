// Shorthand for scenes: sizes, frames' woods, table tops.

import { room } from '../set/room.mjs';
import { paint, wall } from '../set/surfaces.mjs';
import { oak, walnut } from '../set/wares.mjs';
import { box, place } from '../tracer/mesh.mjs';

export const SIZE = { p45: [1080, 1350], sq: [1080, 1080], p34: [1080, 1440], l43: [1440, 1080], tall: [1080, 1920] };
export const black = paint('#1d1c1b', { spec: 0.04, rough: 0.5 });
export const white = paint('#f0ede6', { spec: 0.03, rough: 0.5 });
export const brass = paint('#b8924e', { spec: 0.35, rough: 0.3 });
export const woods = (T) => ({ oak: oak(T), walnut: walnut(T) });
export const on = (thing, x, y, z, ry = 0, s = 1) => place(thing, { at: [x, y, z], ry, s });
export const cam = (from, to, fov, roll = 0) => ({ camera: { from, to, fov, roll } });

/** A table top whose surface is y = 0, with a room `back` metres behind its middle. */
export const top = (m, w = 1.6, d = 0.9, { back = 0.9, walls = wall('#e4dccf'), floor } = {}) => [
  place(box(m, w, 0.035, d), { at: [0, -0.035, 0] }),
  place(room({ walls, floor, skirting: null, h: 3.6 }), { at: [0, -0.75, -back] }),
];
