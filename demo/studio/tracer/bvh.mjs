// A bounding-volume hierarchy over triangles: what did this ray hit, and is that light in the way?
// Flat typed arrays and no objects in the loops: this is where nearly all the time goes.

const BINS = 12;
const LEAF = 4;

/** Flattens placed parts (see mesh.mjs) into one triangle soup with a tree over it. */
export function buildScene(parts) {
  let count = 0;
  for (const part of parts) count += part.i.length / 3;
  const verts = new Float64Array(count * 9); // v0, e1, e2
  const normals = new Float32Array(count * 9);
  const uvs = new Float32Array(count * 6);
  const mats = new Array(count);
  const uvSize = new Float32Array(count); // metres that one unit of uv spans, for choosing a mip level
  const casts = new Uint8Array(count);
  const box = new Float32Array(count * 6);
  let t = 0;
  for (const { p, n, t: uv, i, m } of parts) {
    for (let k = 0; k < i.length; k += 3, t++) {
      const [a, b, c] = [i[k], i[k + 1], i[k + 2]];
      const o = t * 9;
      for (let d = 0; d < 3; d++) {
        const [va, vb, vc] = [p[a * 3 + d], p[b * 3 + d], p[c * 3 + d]];
        verts[o + d] = va;
        verts[o + 3 + d] = vb - va;
        verts[o + 6 + d] = vc - va;
        normals[o + d] = n[a * 3 + d];
        normals[o + 3 + d] = n[b * 3 + d];
        normals[o + 6 + d] = n[c * 3 + d];
        box[t * 6 + d] = Math.min(va, vb, vc);
        box[t * 6 + 3 + d] = Math.max(va, vb, vc);
      }
      const [sx, sy] = m.scale ?? [1, 1];
      [a, b, c].forEach((v, j) => {
        uvs[t * 6 + j * 2] = uv[v * 2] * sx;
        uvs[t * 6 + j * 2 + 1] = uv[v * 2 + 1] * sy;
      });
      const e = verts.subarray(o + 3, o + 9);
      const area = Math.hypot(e[1] * e[5] - e[2] * e[4], e[2] * e[3] - e[0] * e[5], e[0] * e[4] - e[1] * e[3]);
      const q = uvs.subarray(t * 6, t * 6 + 6);
      const uvArea = Math.abs((q[2] - q[0]) * (q[5] - q[1]) - (q[4] - q[0]) * (q[3] - q[1]));
      uvSize[t] = Math.sqrt(area / Math.max(uvArea, 1e-12));
      mats[t] = m;
      casts[t] = m.noShadow ? 0 : 1;
    }
  }
  const tree = buildTree(box, count);
  // Triangles in tree order, so that a leaf reads memory in a row.
  const { order } = tree;
  const sorted = new Float64Array(count * 9);
  const sortedCasts = new Uint8Array(count);
  for (let k = 0; k < count; k++) {
    sorted.set(verts.subarray(order[k] * 9, order[k] * 9 + 9), k * 9);
    sortedCasts[k] = casts[order[k]];
  }
  return { ...tree, verts: sorted, casts: sortedCasts, normals, uvs, mats, uvSize, count };
}

function buildTree(box, count) {
  const order = new Int32Array(count).map((_, k) => k);
  const bounds = new Float64Array(count * 12 + 12);
  const first = new Int32Array(count * 2 + 2); // leaf: first triangle; inner: left child (right = left + 1)
  const size = new Int32Array(count * 2 + 2); // leaf: triangles; inner: 0
  let nodes = 1;
  const todo = [[0, 0, count]];
  const mid = (t, d) => (box[t * 6 + d] + box[t * 6 + 3 + d]) / 2;
  while (todo.length) {
    const [node, from, to] = todo.pop();
    const lo = [Infinity, Infinity, Infinity],
      hi = [-Infinity, -Infinity, -Infinity];
    const clo = [Infinity, Infinity, Infinity],
      chi = [-Infinity, -Infinity, -Infinity];
    for (let k = from; k < to; k++) {
      for (let d = 0; d < 3; d++) {
        const t = order[k],
          c = mid(t, d);
        lo[d] = Math.min(lo[d], box[t * 6 + d]);
        hi[d] = Math.max(hi[d], box[t * 6 + 3 + d]);
        clo[d] = Math.min(clo[d], c);
        chi[d] = Math.max(chi[d], c);
      }
    }
    bounds.set([...lo, ...hi], node * 6);
    first[node] = from;
    size[node] = to - from;
    if (to - from <= LEAF) continue;
    let best = Infinity,
      axis = -1,
      cut = 0;
    for (let d = 0; d < 3; d++) {
      const span = chi[d] - clo[d];
      if (span < 1e-9) continue;
      const bins = Array.from({ length: BINS }, () => [
        0,
        Infinity,
        Infinity,
        Infinity,
        -Infinity,
        -Infinity,
        -Infinity,
      ]);
      for (let k = from; k < to; k++) {
        const t = order[k];
        const b = bins[Math.min(BINS - 1, (((mid(t, d) - clo[d]) / span) * BINS) | 0)];
        b[0]++;
        for (let e = 0; e < 3; e++) {
          b[1 + e] = Math.min(b[1 + e], box[t * 6 + e]);
          b[4 + e] = Math.max(b[4 + e], box[t * 6 + 3 + e]);
        }
      }
      for (let s = 1; s < BINS; s++) {
        const cost = half(bins, 0, s) + half(bins, s, BINS);
        if (cost < best) {
          best = cost;
          axis = d;
          cut = clo[d] + (span * s) / BINS;
        }
      }
    }
    if (axis < 0) continue;
    let i = from,
      j = to - 1;
    while (i <= j) {
      if (mid(order[i], axis) < cut) i++;
      else {
        const x = order[i];
        order[i] = order[j];
        order[j] = x;
        j--;
      }
    }
    if (i === from || i === to) continue;
    first[node] = nodes;
    size[node] = 0;
    todo.push([nodes, from, i], [nodes + 1, i, to]);
    nodes += 2;
  }
  return { order, bounds, first, size };
}

function half(bins, from, to) {
  const b = [0, Infinity, Infinity, Infinity, -Infinity, -Infinity, -Infinity];
  for (let k = from; k < to; k++) {
    b[0] += bins[k][0];
    for (let d = 1; d < 4; d++) b[d] = Math.min(b[d], bins[k][d]);
    for (let d = 4; d < 7; d++) b[d] = Math.max(b[d], bins[k][d]);
  }
  if (!b[0]) return 0;
  const [x, y, z] = [b[4] - b[1], b[5] - b[2], b[6] - b[3]];
  return b[0] * (x * y + y * z + z * x);
}

/** The last hit: one shared record, so that a ray allocates nothing. */
export const hit = { t: 0, tri: -1, u: 0, v: 0 };
const stack = new Int32Array(128);

/** Nearest hit, or (with `any`) whether anything that casts a shadow stands before `tmax`. */
export function trace(scene, ox, oy, oz, dx, dy, dz, tmax, any) {
  const { bounds, first, size, verts, casts, order } = scene;
  const ix = 1 / dx,
    iy = 1 / dy,
    iz = 1 / dz;
  let top = 0,
    node = 0,
    found = -1,
    fu = 0,
    fv = 0;
  for (;;) {
    const n = size[node];
    if (n > 0) {
      for (let k = first[node], end = k + n; k < end; k++) {
        const o = k * 9;
        const e1x = verts[o + 3],
          e1y = verts[o + 4],
          e1z = verts[o + 5];
        const e2x = verts[o + 6],
          e2y = verts[o + 7],
          e2z = verts[o + 8];
        const px = dy * e2z - dz * e2y,
          py = dz * e2x - dx * e2z,
          pz = dx * e2y - dy * e2x;
        const det = e1x * px + e1y * py + e1z * pz;
        if (det < 1e-14 && det > -1e-14) continue;
        const inv = 1 / det;
        const sx = ox - verts[o],
          sy = oy - verts[o + 1],
          sz = oz - verts[o + 2];
        const u = (sx * px + sy * py + sz * pz) * inv;
        if (u < 0 || u > 1) continue;
        const qx = sy * e1z - sz * e1y,
          qy = sz * e1x - sx * e1z,
          qz = sx * e1y - sy * e1x;
        const v = (dx * qx + dy * qy + dz * qz) * inv;
        if (v < 0 || u + v > 1) continue;
        const t = (e2x * qx + e2y * qy + e2z * qz) * inv;
        if (t <= 1e-5 || t >= tmax) continue;
        if (any) {
          if (casts[k]) return true;
          continue;
        }
        tmax = t;
        found = k;
        fu = u;
        fv = v;
      }
    } else {
      const l = first[node],
        r = l + 1;
      const tl = slab(bounds, l * 6, ox, oy, oz, ix, iy, iz, tmax);
      const tr = slab(bounds, r * 6, ox, oy, oz, ix, iy, iz, tmax);
      if (tl < Infinity) {
        if (tr < Infinity) {
          if (tl < tr) {
            stack[top++] = r;
            node = l;
          } else {
            stack[top++] = l;
            node = r;
          }
        } else node = l;
        continue;
      }
      if (tr < Infinity) {
        node = r;
        continue;
      }
    }
    if (top === 0) break;
    node = stack[--top];
  }
  if (any || found < 0) return false;
  hit.t = tmax;
  hit.tri = order[found];
  hit.u = fu;
  hit.v = fv;
  return true;
}

function slab(b, o, ox, oy, oz, ix, iy, iz, tmax) {
  const x0 = (b[o] - ox) * ix,
    x1 = (b[o + 3] - ox) * ix;
  const y0 = (b[o + 1] - oy) * iy,
    y1 = (b[o + 4] - oy) * iy;
  const z0 = (b[o + 2] - oz) * iz,
    z1 = (b[o + 5] - oz) * iz;
  let near = Math.min(x0, x1),
    far = Math.max(x0, x1);
  const ny = Math.min(y0, y1),
    fy = Math.max(y0, y1);
  const nz = Math.min(z0, z1),
    fz = Math.max(z0, z1);
  if (ny > near) near = ny;
  if (nz > near) near = nz;
  if (fy < far) far = fy;
  if (fz < far) far = fz;
  return far >= near && far > 0 && near < tmax ? near : Infinity;
}
