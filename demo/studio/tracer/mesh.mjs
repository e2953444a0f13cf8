// Shapes. A part is a triangle mesh with one material: { p, n, t, i, m } (points, normals, uv, indices).
// A prop is an array of parts standing on y = 0 around the origin; place() puts it into a room. Metres.

/** Grid of nu x nv cells from a function (u, v) -> [x, y, z]; normals from the grid itself. */
export function sheet(m, nu, nv, at, { closed = false, uv = (u, v) => [u, v] } = {}) {
  const p = [],
    t = [],
    i = [];
  for (let b = 0; b <= nv; b++)
    for (let a = 0; a <= nu; a++) {
      p.push(...at(a / nu, b / nv));
      t.push(...uv(a / nu, b / nv));
    }
  const row = nu + 1;
  for (let b = 0; b < nv; b++)
    for (let a = 0; a < nu; a++) {
      const o = b * row + a;
      i.push(o, o + 1, o + row, o + 1, o + row + 1, o + row);
    }
  const n = smoothNormals(p, i);
  if (closed) {
    // The seam's two columns are one line in space: give them one normal.
    for (let b = 0; b <= nv; b++)
      for (let d = 0; d < 3; d++) {
        const f = b * row * 3 + d,
          l = (b * row + nu) * 3 + d;
        n[f] = n[l] = (n[f] + n[l]) / 2;
      }
  }
  return { p, n, t, i, m };
}

function smoothNormals(p, i) {
  const n = new Array(p.length).fill(0);
  for (let k = 0; k < i.length; k += 3) {
    const [a, b, c] = [i[k] * 3, i[k + 1] * 3, i[k + 2] * 3];
    const ux = p[b] - p[a],
      uy = p[b + 1] - p[a + 1],
      uz = p[b + 2] - p[a + 2];
    const vx = p[c] - p[a],
      vy = p[c + 1] - p[a + 1],
      vz = p[c + 2] - p[a + 2];
    const f = [uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx];
    for (const v of [a, b, c]) for (let d = 0; d < 3; d++) n[v + d] += f[d];
  }
  for (let k = 0; k < n.length; k += 3) {
    const l = Math.hypot(n[k], n[k + 1], n[k + 2]) || 1;
    n[k] /= l;
    n[k + 1] /= l;
    n[k + 2] /= l;
  }
  return n;
}

/** Upright rectangle facing +z, base centre at the origin, uv 0..1. */
export function quad(m, w, h) {
  const x = w / 2;
  return {
    p: [-x, 0, 0, x, 0, 0, x, h, 0, -x, h, 0],
    n: [0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 1],
    t: [0, 0, 1, 0, 1, 1, 0, 1],
    i: [0, 1, 2, 0, 2, 3],
    m,
  };
}

/** Box standing on y = 0; uv in metres, so tiled materials keep their scale. */
export function box(m, w, h, d) {
  const p = [],
    n = [],
    t = [],
    i = [];
  const x = w / 2,
    z = d / 2;
  const face = (a, b, c, e, nn, fw, fh) => {
    const o = p.length / 3;
    p.push(...a, ...b, ...c, ...e);
    for (let k = 0; k < 4; k++) n.push(...nn);
    t.push(0, 0, fw, 0, fw, fh, 0, fh);
    i.push(o, o + 1, o + 2, o, o + 2, o + 3);
  };
  face([-x, 0, z], [x, 0, z], [x, h, z], [-x, h, z], [0, 0, 1], w, h);
  face([x, 0, -z], [-x, 0, -z], [-x, h, -z], [x, h, -z], [0, 0, -1], w, h);
  face([x, 0, z], [x, 0, -z], [x, h, -z], [x, h, z], [1, 0, 0], d, h);
  face([-x, 0, -z], [-x, 0, z], [-x, h, z], [-x, h, -z], [-1, 0, 0], d, h);
  face([-x, h, z], [x, h, z], [x, h, -z], [-x, h, -z], [0, 1, 0], w, d);
  face([-x, 0, -z], [x, 0, -z], [x, 0, z], [-x, 0, z], [0, -1, 0], w, d);
  return { p, n, t, i, m };
}

/** Box with rounded edges; `puff` swells its faces, which makes a cushion of it. */
export function roundBox(m, w, h, d, r, puff = 0, cells = 10) {
  const parts = [];
  const half = [w / 2, h / 2, d / 2];
  r = Math.min(r, ...half);
  // Lines crowd at the edges, where the curve is.
  const line = (s, k) => {
    const inner = half[k] - r,
      c = Math.sign(s) * Math.abs(s) ** 0.55;
    return Math.abs(s) < 0.5 ? s * 2 * inner : Math.sign(s) * (inner + (Math.abs(s) - 0.5) * 2 * r) + 0 * c;
  };
  for (let axis = 0; axis < 3; axis++)
    for (const sign of [-1, 1]) {
      const [a, b] = [(axis + 1) % 3, (axis + 2) % 3];
      parts.push(
        sheet(
          m,
          cells * 2,
          cells * 2,
          (u, v) => {
            const q = [0, 0, 0];
            q[axis] = sign * half[axis];
            q[a] = line(sign * (u * 2 - 1), a);
            q[b] = line(v * 2 - 1, b);
            const c = q.map((x, k) => Math.max(-(half[k] - r), Math.min(half[k] - r, x)));
            const e = q.map((x, k) => x - c[k]);
            const l = Math.hypot(...e) || 1;
            const o = c.map((x, k) => x + (e[k] / l) * r);
            if (puff) {
              const f = half.map((s, k) => 1 - (o[k] / s) ** 2);
              o[0] *= 1 + puff * f[1] * f[2] * 0.3;
              o[1] *= 1 + puff * f[0] * f[2];
              o[2] *= 1 + puff * f[0] * f[1];
            }
            return [o[0], o[1] + h / 2, o[2]];
          },
          { uv: (u, v) => [u * half[a] * 2, v * half[b] * 2] },
        ),
      );
    }
  return parts;
}

/** Turned on the wheel: profile of [radius, height], smoothed; u runs round, v along the profile. */
export function lathe(m, profile, { seg = 96, steps = 6, turns = 1 } = {}) {
  const line = smooth(profile, steps);
  const len = [0];
  for (let k = 1; k < line.length; k++)
    len.push(len[k - 1] + Math.hypot(line[k][0] - line[k - 1][0], line[k][1] - line[k - 1][1]));
  const total = len.at(-1);
  const rows = line.length - 1;
  return sheet(
    m,
    seg,
    rows,
    (u, v) => {
      const [r, y] = line[Math.round(v * rows)];
      const a = u * Math.PI * 2 * turns;
      return [Math.sin(a) * Math.max(r, 1e-4), y, Math.cos(a) * Math.max(r, 1e-4)];
    },
    { closed: true, uv: (u, v) => [u, len[Math.round(v * rows)] / total] },
  );
}

/** Catmull-Rom through points of any dimension. */
export function smooth(points, steps) {
  if (steps <= 1) return points;
  const out = [];
  for (let k = 0; k < points.length - 1; k++) {
    const [a, b, c, d] = [points[k - 1] ?? points[k], points[k], points[k + 1], points[k + 2] ?? points[k + 1]];
    for (let s = 0; s < steps; s++) {
      const t = s / steps;
      out.push(
        b.map(
          (_, i) =>
            0.5 *
            (2 * b[i] +
              (c[i] - a[i]) * t +
              (2 * a[i] - 5 * b[i] + 4 * c[i] - d[i]) * t * t +
              (3 * b[i] - a[i] - 3 * c[i] + d[i]) * t ** 3),
        ),
      );
    }
  }
  out.push(points.at(-1));
  return out;
}

/** Round bar along points; radius a number or a function of 0..1. */
export function tube(m, points, radius, { seg = 14, steps = 6, flat = 1 } = {}) {
  const line = smooth(points, steps);
  const rows = line.length - 1;
  const frames = [];
  let side = null;
  for (let k = 0; k <= rows; k++) {
    const a = line[Math.max(0, k - 1)],
      b = line[Math.min(rows, k + 1)];
    const dir = norm([b[0] - a[0], b[1] - a[1], b[2] - a[2]]);
    side ??= norm(cross(dir, Math.abs(dir[1]) < 0.9 ? [0, 1, 0] : [1, 0, 0]));
    const up = norm(cross(side, dir));
    side = norm(cross(dir, up));
    frames.push([side, up]);
  }
  return sheet(
    m,
    seg,
    rows,
    (u, v) => {
      const k = Math.round(v * rows),
        [s, w] = frames[k],
        a = u * Math.PI * 2;
      const r = typeof radius === 'function' ? radius(v) : radius;
      const [x, y] = [Math.cos(a) * r * flat, Math.sin(a) * r];
      return line[k].map((c, d) => c + s[d] * x + w[d] * y);
    },
    { closed: true },
  );
}

export const sphere = (m, r, squash = 1) =>
  lathe(
    m,
    Array.from({ length: 25 }, (_, k) => [
      Math.sin((k / 24) * Math.PI) * r,
      (1 - Math.cos((k / 24) * Math.PI)) * r * squash,
    ]),
    { seg: 40, steps: 1 },
  );

export const cross = (a, b) => [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
export const norm = (a) => {
  const l = Math.hypot(...a) || 1;
  return a.map((x) => x / l);
};

/** Scale, then turn about z, x and y (degrees), then move. Takes nested arrays of parts. */
export function place(prop, { at = [0, 0, 0], rx = 0, ry = 0, rz = 0, s = 1 } = {}) {
  const [cx, sx, cy, sy, cz, sz] = [rx, ry, rz].flatMap((d) => [
    Math.cos((d * Math.PI) / 180),
    Math.sin((d * Math.PI) / 180),
  ]);
  const turn = (x, y, z) => {
    let a = x * cz - y * sz,
      b = x * sz + y * cz,
      c = z;
    [b, c] = [b * cx - c * sx, b * sx + c * cx];
    return [a * cy + c * sy, b, -a * sy + c * cy];
  };
  const scale = Array.isArray(s) ? s : [s, s, s];
  return [prop].flat(Infinity).map((part) => {
    const p = new Array(part.p.length),
      n = new Array(part.p.length);
    for (let k = 0; k < p.length; k += 3) {
      const q = turn(part.p[k] * scale[0], part.p[k + 1] * scale[1], part.p[k + 2] * scale[2]);
      const w = turn(...norm([part.n[k] / scale[0], part.n[k + 1] / scale[1], part.n[k + 2] / scale[2]]));
      for (let d = 0; d < 3; d++) {
        p[k + d] = q[d] + at[d];
        n[k + d] = w[d];
      }
    }
    return { ...part, p, n };
  });
}
