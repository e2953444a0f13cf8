// Rooms, windows and the light that falls into them.
import { box, place, quad } from '../tracer/mesh.mjs';
import { paint, wall } from './surfaces.mjs';

/** Back wall at z = 0 facing +z; floor; optionally a wall on the left or right at x = ±. */
export function room({ walls = wall('#e9e2d6'), floor, skirting = '#f2eee6', left, right, h = 3.2 } = {}) {
  const w = 9,
    sides = [];
  for (const [x, ry] of [
    [left, 90],
    [right, -90],
  ])
    if (x !== undefined)
      sides.push(
        place(quad(walls, w, h), { at: [x, 0, w / 2], ry }),
        ...(skirting
          ? [place(box(paint(skirting), w, 0.09, 0.014), { at: [x + Math.sign(-x) * 0.007, 0, w / 2], ry })]
          : []),
      );
  const back = quad(walls.tex ? { ...walls } : walls, w, h);
  if (walls.tex) back.t = [0, 0, w, 0, w, h, 0, h];
  return [
    place(back, {}),
    ...(floor ? [ground(floor)] : []),
    ...(skirting ? [place(box(paint(skirting), w, 0.09, 0.014), { at: [0, 0, 0.007] })] : []),
    ...sides,
  ];
}
/** Horizontal plane at y, uv in metres. */
export function ground(m, y = 0, s = 9) {
  return {
    p: [-s, y, -0.01, s, y, -0.01, s, y, s, -s, y, s],
    n: [0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 1, 0],
    t: [-s, 0, s, 0, s, s, -s, s],
    i: [0, 2, 1, 0, 3, 2],
    m,
  };
}
export function plane(m, y = 0, s = 6) {
  const g = ground(m, y, s);
  return { ...g, p: [-s, y, -s, s, y, -s, s, y, s, -s, y, s], t: [-s, -s, s, -s, s, s, -s, s] };
}

/** A window seen: bars in front of a bright view. Stands with its sill board at y = 0. */
export function window_(view, w, h, { gain = 1.3, bar = '#f1ede4', cols = 2, rows = 2, drop = 0.25, wide = 1.5 } = {}) {
  const m = paint(bar, { spec: 0.03, rough: 0.3 }),
    parts = [place(quad({ emitTex: view, gain, noShadow: true }, w * wide, h * 1.5), { at: [0, -h * drop, -0.5] })];
  const t = 0.05;
  parts.push(place(box(m, w, t, 0.06), { at: [0, 0, 0] }), place(box(m, w, t, 0.06), { at: [0, h - t, 0] }));
  for (let k = 0; k <= cols; k++)
    parts.push(place(box(m, k % cols ? 0.03 : t, h, 0.055), { at: [(k / cols - 0.5) * (w - t), 0, 0] }));
  for (let k = 1; k < rows; k++) parts.push(place(box(m, w, 0.028, 0.05), { at: [0, (h * k) / rows, 0] }));
  return parts;
}
/** Wall with a hole, round window_(): x, y of the hole's lower left, w, h. */
export function pierced(m, x, y, w, h) {
  const b = (bw, bh, cx, cy) => place(box(m, bw, bh, 0.2), { at: [cx, cy, -0.1] });
  return [b(8, y + 2, 0, -2), b(8, 3, 0, y + h), b(6, h, x - 3, y), b(6, h, x + w + 3, y)];
}

const step = (e, s) => {
  const t = Math.max(0, Math.min(1, e / s + 0.5));
  return t * t * (3 - 2 * t);
};
/** What the sun passes on its way in, as seen from the sun: coordinates in metres across its beam. */
export const gobo = {
  window:
    (cols, rows, w, h, bar = 0.06, soft = 0.02) =>
    (x, y) => {
      const a = x + w / 2,
        b = y + h / 2;
      if (a < -soft || b < -soft || a > w + soft || b > h + soft) return 0;
      const edge = step(Math.min(a, b, w - a, h - b), soft);
      const pw = w / cols,
        ph = h / rows,
        fx = Math.abs(a - Math.round(a / pw) * pw),
        fy = Math.abs(b - Math.round(b / ph) * ph);
      return (
        edge *
        (Math.round(a / pw) % cols === 0 ? 1 : step(fx - bar / 2, soft)) *
        (Math.round(b / ph) % rows === 0 ? 1 : step(fy - bar / 2, soft))
      );
    },
  blinds:
    (pitch, open = 0.5, soft = 0.012, tilt = 0) =>
    (x, y) => {
      const q = y + x * tilt,
        f = q / pitch - Math.floor(q / pitch) - 0.5;
      return step((open / 2 - Math.abs(f)) * pitch, soft);
    },
  leaves:
    (size, seed = 1, cover = 0.55, soft = 0.05) =>
    (x, y) => {
      // Overlapping leaf blades, tilted this way and that; light comes through between them.
      let k = 1;
      for (let o = 0; o < 2; o++) {
        const s = size * (1 + o * 0.7),
          gx = Math.floor(x / s),
          gy = Math.floor(y / s);
        for (let j = -1; j <= 1; j++)
          for (let i = -1; i <= 1; i++) {
            const h = Math.sin((gx + i) * 12.9898 + (gy + j) * 78.233 + seed * 37.7 + o * 5) * 43758.5453,
              r = h - Math.floor(h),
              q = (r * 7.3) % 1;
            if (r > cover) continue;
            const cx = (gx + i + q) * s,
              cy = (gy + j + ((r * 3.7) % 1)) * s,
              a = q * 6.28,
              dx = x - cx,
              dy = y - cy,
              u = dx * Math.cos(a) + dy * Math.sin(a),
              v = -dx * Math.sin(a) + dy * Math.cos(a);
            const e = (1 - Math.hypot(u / (s * 0.75), v / (s * 0.24))) * s * 0.24;
            k = Math.min(k, 1 - step(e, soft));
          }
      }
      return 0.05 + k * 0.95;
    },
  both: (a, b) => (x, y) => a(x, y) * b(x, y),
  slit: (w, h, soft) => (x, y) => step(Math.min(w / 2 - Math.abs(x), h / 2 - Math.abs(y)), soft),
};

const dim = (c, k) => c.map((x) => x * k);
/** Sorts of light. `from` is the direction it comes from. */
export const light = {
  day: (from = [-1, 0.6, 0.8], k = 1, tint = [1, 0.98, 0.95]) => ({
    env: {
      top: dim([0.5, 0.52, 0.55], k),
      bottom: dim([0.3, 0.29, 0.28], k),
      key: { dir: from, power: 5, color: dim(tint, 1.7 * k) },
    },
    ambient: 0.45,
  }),
  grey: (from = [-0.6, 0.7, 0.6], k = 1) => ({
    env: {
      top: dim([0.55, 0.6, 0.66], k),
      bottom: dim([0.26, 0.28, 0.3], k),
      key: { dir: from, power: 3, color: dim([0.85, 0.95, 1.05], 0.8 * k) },
    },
    ambient: 0.4,
  }),
  sun: (dir, g, { at = [0, 1.2, 0], power = 3.2, tint = [1, 0.86, 0.66], fill = 0.45, size = 0.012, from } = {}) => ({
    env: {
      top: dim([0.52, 0.58, 0.66], fill),
      bottom: dim([0.36, 0.32, 0.28], fill),
      key: { dir: from ?? dir, power: 4, color: dim([1, 0.95, 0.88], fill * 1.5) },
    },
    sun: { dir, color: dim(tint, power), gobo: g, at, size },
    ambient: fill * 0.8,
  }),
  night: (lights, fill = 0.035, tint = [0.7, 0.8, 1.15]) => ({
    env: { top: dim(tint, fill), bottom: dim(tint, fill * 0.6) },
    lights,
    ambient: 0.08,
  }),
};
/** Softbox or window out of frame; shows in glazes. */
export const rect = (c, u, v, color, tex, n) => ({ rect: { c, u, v, n }, color, tex });
