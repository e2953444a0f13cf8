// The shop's own pictures: one sweep of paper, one soft window, nothing else.

import { rect } from '../set/room.mjs';
import { paint } from '../set/surfaces.mjs';
import { bowl, framed, mug, oak, plate, sheetOnWall, vase } from '../set/wares.mjs';
import { box, place, quad, sheet } from '../tracer/mesh.mjs';

// Floor, cove and wall as one sheet: forward edge behind the camera, wall `back` behind the piece.
const sweep = (c, back) =>
  sheet(paint(c), 2, 60, (u, v) => {
    const x = (u - 0.5) * 8,
      r = 0.35,
      flat = back + 3,
      k = v * (flat + r * 1.571 + 3);
    if (k < flat) return [x, 0, 3 - k];
    const a = Math.min(Math.PI / 2, (k - flat) / r);
    return [x, r * (1 - Math.cos(a)) + Math.max(0, k - flat - r * 1.571), -back - r * Math.sin(a)];
  });
const studio = (side = -1) => ({
  env: {
    top: [0.62, 0.62, 0.63],
    bottom: [0.42, 0.41, 0.4],
    key: { dir: [side, 0.9, 0.9], power: 4, color: [1.0, 0.98, 0.95] },
  },
  lights: [rect([side * 1.6, 1.5, 1.1], [0, 0, 1.2], [0, 1.4, 0], [1.5, 1.48, 1.44], undefined, [-side, -0.55, -0.45])],
  ambient: 0.5,
});

function pot(thing, c, { size = 0.2, eye = 0.5, side = -1, ry = 0, look = 0.45 } = {}) {
  return {
    size: [1000, 1000],
    ...studio(side),
    camera: { from: [0, size * look + eye * size * 1.8, size * 4.9], to: [0, size * look, 0], fov: 22 },
    parts: [sweep(c, size * 4), place(thing, { ry })],
    film: { ev: 0.55, vignette: 0.05, grain: 0.004, bloom: 0.03, blur: 0 },
  };
}
const print = (T, name, c, wood, o) => ({
  size: [1000, 1250],
  ...studio(-1),
  camera: { from: [0.02, 0.35, 2.2], to: [0, 0.33, 0], fov: 23.5 },
  parts: [
    place(quad(paint(c, { bump: 0.05, bumpScale: 50 }), 6, 6), { at: [0, -2, 0] }),
    place(framed(T, name, 0.4, 0.5, { wood, mount: 0.045, glass: false, ...o }), { at: [0, 0.02, 0] }),
  ],
  film: { ev: 0.5, vignette: 0.04, grain: 0.004, bloom: 0.02 },
});
const poster = (T, name, c) => ({
  size: [1000, 1250],
  ...studio(1),
  camera: { from: [-0.03, 0.38, 2.4], to: [0, 0.35, 0], fov: 23 },
  parts: [
    place(quad(paint(c, { bump: 0.05, bumpScale: 50 }), 6, 6), { at: [0, -2, 0] }),
    sheetOnWall(T, name, 0.5, 0.7, { tape: null, clips: true, curl: 0.02 }),
  ],
  film: { ev: 0.5, vignette: 0.04, grain: 0.004, bloom: 0.02 },
});

const black = paint('#1d1c1b', { spec: 0.04, rough: 0.5 }),
  white = paint('#f0ede6', { spec: 0.03, rough: 0.5 });
export const packshots = {
  'tl-heron-linocut': (T) => print(T, 'heron', '#ddd6c9', oak(T)),
  'tl-kelp-botanical': (T) => print(T, 'kelp', '#cfd5cb', black),
  'tl-ninth-wave-linocut': (T) => print(T, 'swell', '#d5dadd', white),
  'tl-low-tide-finds': (T) => print(T, 'shells', '#e6d3c6', oak(T)),
  'tl-skerry-point-poster': (T) => poster(T, 'lighthouse', '#dcd6e0'),
  'tl-sun-and-sail-poster': (T) => poster(T, 'sunAndSail', '#e3dccb'),
  'tl-regatta-poster': (T) => poster(T, 'regatta', '#d9dfe0'),
  'tl-cold-water-club-poster': (T) => poster(T, 'swimClub', '#e7dfd3'),
  'tl-ripple-mug': (T) => pot(mug(T, { fill: null }), '#d3dbe0', { size: 0.1, eye: 0.42, ry: -32 }),
  'tl-kelp-bowl': (T) => pot(bowl(T), '#e5ddd0', { size: 0.125, eye: 0.95, look: 0.24, side: 1 }),
  'tl-pebble-vase': (T) => pot(vase(T), '#e2d6c9', { size: 0.235, eye: 0.2, look: 0.5 }),
  'tl-sardine-plate': (T) =>
    pot(
      [
        place(plate(T), { rx: 78, at: [0, 0.132, 0] }),
        place(box(oak(T), 0.12, 0.012, 0.06), { at: [0, -0.001, 0.01] }),
      ],
      '#cfd9d8',
      { size: 0.2, eye: 0.16, look: 0.66 },
    ),
};
