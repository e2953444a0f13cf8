// From a scene to light on film, in three steps:
//  1. soft light (sky, windows, lamps, bounces) at half size with few rays, 2. denoised (see denoise.mjs),
//  3. full size: what each sample sees, times the soft light there, plus sun (sharp) and reflections.
// Soft light is kept apart from colour, so denoising never blurs an artwork.

import { buildScene, hit, trace } from './bvh.mjs';
import { denoise } from './denoise.mjs';
import { rgb, sample } from './texture.mjs';

const FAR = 1e4;
const CLAMP = 5; // no single bounce may be brighter: kills fireflies
/** Half of them: enough for a frame that is gone in an instant. */
export const FEW = [
  [0.875, 0.375],
  [0.125, 0.625],
];
const SUB = [
  [0.375, 0.125],
  [0.875, 0.375],
  [0.125, 0.625],
  [0.625, 0.875],
]; // rotated grid

let scene,
  tree,
  seed = 1;
const rnd = () => {
  seed = (seed * 1664525 + 1013904223) >>> 0;
  return seed / 4294967296;
};

// What the last surface() call found.
const s = { x: 0, y: 0, z: 0, nx: 0, ny: 0, nz: 0, r: 0, g: 0, b: 0, u: 0, v: 0, m: null };

function surface(ox, oy, oz, dx, dy, dz, pixel) {
  const { t, tri, u, v } = hit;
  const w = 1 - u - v,
    n = tree.normals,
    o = tri * 9,
    q = tri * 6,
    m = tree.mats[tri];
  s.x = ox + dx * t;
  s.y = oy + dy * t;
  s.z = oz + dz * t;
  const nx = n[o] * w + n[o + 3] * u + n[o + 6] * v,
    ny = n[o + 1] * w + n[o + 4] * u + n[o + 7] * v,
    nz = n[o + 2] * w + n[o + 5] * u + n[o + 8] * v;
  const l = 1 / (Math.hypot(nx, ny, nz) || 1),
    f = nx * dx + ny * dy + nz * dz > 0 ? -l : l;
  s.nx = nx * f;
  s.ny = ny * f;
  s.nz = nz * f;
  s.m = m;
  if (m.tex || m.emitTex) {
    s.u = tree.uvs[q] * w + tree.uvs[q + 2] * u + tree.uvs[q + 4] * v;
    s.v = tree.uvs[q + 1] * w + tree.uvs[q + 3] * u + tree.uvs[q + 5] * v;
    // Every second tile is mirrored, so that wood and stone have no seams.
    if (m.mirror) {
      s.u = 1 - Math.abs(1 - (s.u - 2 * Math.floor(s.u / 2)));
      s.v = 1 - Math.abs(1 - (s.v - 2 * Math.floor(s.v / 2)));
    }
    const tex = m.tex ?? m.emitTex;
    sample(tex, s.u + (m.shift ?? 0), s.v, ((t * pixel) / tree.uvSize[tri]) * tex.w);
    const k = m.color;
    s.r = rgb[0] * (k ? k[0] : 1);
    s.g = rgb[1] * (k ? k[1] : 1);
    s.b = rgb[2] * (k ? k[2] : 1);
  } else {
    s.r = m.color[0];
    s.g = m.color[1];
    s.b = m.color[2];
  }
}

const L = [0, 0, 0];
/** Sky: a gradient and one broad bright place, which is the light of a large window out of frame. */
function sky(dx, dy, dz) {
  const { top, bottom, key } = scene.env,
    k = dy * 0.5 + 0.5;
  for (let c = 0; c < 3; c++) L[c] = bottom[c] + (top[c] - bottom[c]) * k;
  if (key) {
    const d = dx * key.dir[0] + dy * key.dir[1] + dz * key.dir[2];
    if (d > 0) {
      const p = d ** key.power;
      for (let c = 0; c < 3; c++) L[c] += key.color[c] * p;
    }
  }
}

const E = [0, 0, 0];
/** Adds lamps and rectangle lights, one shadow ray each, to E. */
function lamps(x, y, z, nx, ny, nz, r1, r2) {
  for (const l of scene.lights ?? []) {
    let px, py, pz, power;
    if (l.rect) {
      const a = r1 - 0.5,
        b = r2 - 0.5,
        { c, u, v, n } = l.rect;
      px = c[0] + u[0] * a + v[0] * b;
      py = c[1] + u[1] * a + v[1] * b;
      pz = c[2] + u[2] * a + v[2] * b;
      const dx = x - px,
        dy = y - py,
        dz = z - pz,
        d2 = dx * dx + dy * dy + dz * dz;
      power = (((dx * n[0] + dy * n[1] + dz * n[2]) / Math.sqrt(d2)) * l.area) / Math.PI;
      if (power <= 0) continue;
    } else {
      const a = r1 * Math.PI * 2,
        h = r2 * 2 - 1,
        q = Math.sqrt(1 - h * h) * l.radius;
      px = l.at[0] + Math.cos(a) * q;
      py = l.at[1] + h * l.radius;
      pz = l.at[2] + Math.sin(a) * q;
      power = 1;
    }
    let dx = px - x,
      dy = py - y,
      dz = pz - z;
    const d = Math.hypot(dx, dy, dz);
    dx /= d;
    dy /= d;
    dz /= d;
    const cos = nx * dx + ny * dy + nz * dz;
    if (cos <= 0 || trace(tree, x, y, z, dx, dy, dz, d * 0.999, true)) continue;
    const k = (power * cos) / Math.max(d * d, 0.035);
    E[0] += l.color[0] * k;
    E[1] += l.color[1] * k;
    E[2] += l.color[2] * k;
  }
}

/** Share of the sun that gets here: its angle, what stands in the way, and the window it comes through. */
function sunlight(x, y, z, nx, ny, nz, trans, jitter) {
  const { sun } = scene;
  if (!sun) return 0;
  let [dx, dy, dz] = sun.dir;
  let cos = nx * dx + ny * dy + nz * dz;
  if (cos <= 0) {
    if (!trans) return 0;
    cos = -cos * trans;
  }
  let g = 1;
  if (sun.gobo) {
    const { right, up, at } = sun;
    const ax = x - at[0],
      ay = y - at[1],
      az = z - at[2];
    g = sun.gobo(ax * right[0] + ay * right[1] + az * right[2], ax * up[0] + ay * up[1] + az * up[2]);
    if (g <= 0.002) return 0;
  }
  if (jitter) {
    const a = rnd() * Math.PI * 2,
      r = Math.sqrt(rnd()) * sun.size,
      c = Math.cos(a) * r,
      q = Math.sin(a) * r;
    dx += sun.right[0] * c + sun.up[0] * q;
    dy += sun.right[1] * c + sun.up[1] * q;
    dz += sun.right[2] * c + sun.up[2] * q;
  }
  return trace(tree, x, y, z, dx, dy, dz, FAR, true) ? 0 : g * cos;
}

const D = [0, 0, 0];
function around(nx, ny, nz, r1, r2) {
  const sg = nz >= 0 ? 1 : -1,
    a = -1 / (sg + nz),
    b = nx * ny * a;
  const p = r1 * Math.PI * 2,
    r = Math.sqrt(r2),
    c = Math.cos(p) * r,
    q = Math.sin(p) * r,
    h = Math.sqrt(1 - r2);
  D[0] = c * (1 + sg * nx * nx * a) + q * b + h * nx;
  D[1] = c * sg * b + q * (sg + ny * ny * a) + h * ny;
  D[2] = -c * sg * nx - q * ny + h * nz;
}

/** One sample of soft light at a point, into E. */
function soft(x, y, z, nx, ny, nz, q) {
  E[0] = E[1] = E[2] = 0;
  lamps(x, y, z, nx, ny, nz, q[0], q[1]);
  around(nx, ny, nz, q[2], q[3]);
  let [dx, dy, dz] = D;
  if (!trace(tree, x, y, z, dx, dy, dz, FAR, false)) {
    sky(dx, dy, dz);
    E[0] += L[0];
    E[1] += L[1];
    E[2] += L[2];
    return;
  }
  surface(x, y, z, dx, dy, dz, 0.02);
  const m = s.m;
  if (m.emit || m.emitTex) {
    if (!m.sampled)
      for (let c = 0; c < 3; c++) E[c] += Math.min(CLAMP, m.emit ? m.emit[c] : [s.r, s.g, s.b][c] * m.gain);
    if (!m.both) return;
  }
  const [r, g, b] = [s.r, s.g, s.b],
    e0 = E[0],
    e1 = E[1],
    e2 = E[2];
  const hx = s.x + s.nx * 1e-4,
    hy = s.y + s.ny * 1e-4,
    hz = s.z + s.nz * 1e-4,
    mx = s.nx,
    my = s.ny,
    mz = s.nz;
  E[0] = E[1] = E[2] = 0;
  lamps(hx, hy, hz, mx, my, mz, q[4], q[5]);
  const k = sunlight(hx, hy, hz, mx, my, mz, m.trans, false);
  if (k) {
    const c = scene.sun.color;
    E[0] += c[0] * k;
    E[1] += c[1] * k;
    E[2] += c[2] * k;
  }
  around(mx, my, mz, q[6], q[7]);
  [dx, dy, dz] = D;
  if (!trace(tree, hx, hy, hz, dx, dy, dz, FAR, false)) {
    sky(dx, dy, dz);
    E[0] += L[0];
    E[1] += L[1];
    E[2] += L[2];
  } else {
    const a = scene.ambient ?? 0.25;
    E[0] += a * r;
    E[1] += a * g;
    E[2] += a * b;
  }
  E[0] = e0 + Math.min(CLAMP, E[0] * r);
  E[1] = e1 + Math.min(CLAMP, E[1] * g);
  E[2] = e2 + Math.min(CLAMP, E[2] * b);
}

/** Fills in what a scene may leave out, and builds its tree. */
export function prepare(sc) {
  scene = sc;
  const unit = (v) => {
    const l = Math.hypot(...v);
    return v.map((x) => x / l);
  };
  const cr = (a, b) => [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
  const parts = [sc.parts].flat(Infinity);
  if (sc.env.key) sc.env.key.dir = unit(sc.env.key.dir);
  if (sc.sun) {
    sc.sun.dir = unit(sc.sun.dir);
    sc.sun.right = unit(cr([0, 1, 0], sc.sun.dir));
    sc.sun.up = cr(sc.sun.dir, sc.sun.right);
    sc.sun.size ??= 0.012;
    sc.sun.at ??= [0, 0, 0];
  }
  for (const l of sc.lights ?? []) {
    if (!l.rect || l.area) continue;
    const { u, v, n } = l.rect;
    l.rect.n = unit(n ?? cr(u, v));
    l.area = Math.hypot(...u) * Math.hypot(...v);
    if (l.unseen) continue; // the scene shows a window of its own
    // Seen in glazes and glass only.
    const c = l.rect.c,
      h = [-0.5, 0.5, 0.5, -0.5],
      w = [-0.5, -0.5, 0.5, 0.5];
    const p = [0, 1, 2, 3].flatMap((k) => [0, 1, 2].map((d) => c[d] + u[d] * h[k] + v[d] * w[k]));
    const nn = [0, 1, 2, 3].flatMap(() => l.rect.n);
    parts.push({
      p,
      n: nn,
      t: [0, 0, 1, 0, 1, 1, 0, 1],
      i: [0, 1, 2, 0, 2, 3],
      m: l.tex
        ? { emitTex: l.tex, gain: 1, color: l.color, noShadow: true, sampled: true }
        : { emit: l.color, color: [0, 0, 0], noShadow: true, sampled: true },
    });
  }
  sc.tree = tree = buildScene(parts);
  const { from, to, roll = 0 } = sc.camera;
  const f = unit([to[0] - from[0], to[1] - from[1], to[2] - from[2]]);
  let r = unit(cr(f, [0, 1, 0])),
    u = cr(r, f);
  const [c, q] = [Math.cos((roll * Math.PI) / 180), Math.sin((roll * Math.PI) / 180)];
  [r, u] = [r.map((x, d) => x * c + u[d] * q), u.map((x, d) => x * c - r[d] * q)];
  sc.frame = { f, r, u };
  return sc;
}

function ray(x, y, w, h) {
  const { f, r, u } = scene.frame,
    k = 2 * Math.tan((scene.camera.fov * Math.PI) / 360);
  const a = ((x / w - 0.5) * k * w) / h,
    b = (0.5 - y / h) * k;
  const d = [f[0] + r[0] * a + u[0] * b, f[1] + r[1] * a + u[1] * b, f[2] + r[2] * a + u[2] * b];
  const l = Math.hypot(...d);
  return [d[0] / l, d[1] / l, d[2] / l];
}

/** Steps 1 and 2: the soft light of every half-size pixel. */
export function softPass(sc, width, height, spp) {
  scene = sc;
  tree = sc.tree;
  seed = 12345;
  const w = Math.ceil(width / 2),
    h = Math.ceil(height / 2),
    pixel = (2 * Math.tan((sc.camera.fov * Math.PI) / 360)) / h;
  const light = new Float32Array(w * h * 3),
    variance = new Float32Array(w * h),
    pos = new Float32Array(w * h * 3),
    nor = new Float32Array(w * h * 3);
  const [ox, oy, oz] = sc.camera.from;
  const alpha = [0.8191725, 0.6710436, 0.5497005, 0.4503, 0.3688, 0.3021, 0.7548777, 0.5698403],
    q = new Float64Array(8),
    base = new Float64Array(8);
  for (let y = 0; y < h; y++)
    for (let x = 0; x < w; x++) {
      const o = (y * w + x) * 3,
        [dx, dy, dz] = ray(x + 0.5, y + 0.5, w, h);
      if (!trace(tree, ox, oy, oz, dx, dy, dz, FAR, false)) continue;
      surface(ox, oy, oz, dx, dy, dz, pixel);
      if ((s.m.emit && !s.m.both) || s.m.emitTex) continue;
      const px = s.x + s.nx * 1e-4,
        py = s.y + s.ny * 1e-4,
        pz = s.z + s.nz * 1e-4,
        nx = s.nx,
        ny = s.ny,
        nz = s.nz,
        trans = s.m.trans ?? 0;
      pos[o] = s.x;
      pos[o + 1] = s.y;
      pos[o + 2] = s.z;
      nor[o] = nx;
      nor[o + 1] = ny;
      nor[o + 2] = nz;
      for (let d = 0; d < 8; d++) base[d] = rnd();
      let sum = 0,
        sq = 0;
      for (let k = 0; k < spp; k++) {
        for (let d = 0; d < 8; d++) q[d] = (base[d] + k * alpha[d]) % 1;
        q[3] = (k + base[3]) / spp; // stratified in height above the surface
        if (trans && k < trans * spp) soft(px - nx * 2e-4, py - ny * 2e-4, pz - nz * 2e-4, -nx, -ny, -nz, q);
        else soft(px, py, pz, nx, ny, nz, q);
        if (!(E[0] + E[1] + E[2] < 1e3)) continue; // a degenerate triangle: better a missing sample than a spreading NaN
        light[o] += E[0];
        light[o + 1] += E[1];
        light[o + 2] += E[2];
        const lum = E[0] * 0.3 + E[1] * 0.6 + E[2] * 0.1;
        sum += lum;
        sq += lum * lum;
      }
      light[o] /= spp;
      light[o + 1] /= spp;
      light[o + 2] /= spp;
      variance[y * w + x] = Math.max(0, sq / spp - (sum / spp) ** 2) / spp;
    }
  return { w, h, light: denoise(light, variance, pos, nor, w, h), pos, nor };
}

const G = [0, 0, 0];
/** Soft light at a full-size sample: of its half-size neighbours, those on the same surface. */
function gather(buf, x, y) {
  const { w, h, light, pos, nor } = buf;
  const fx = x / 2 - 0.5,
    fy = y / 2 - 0.5,
    x0 = Math.floor(fx),
    y0 = Math.floor(fy);
  for (let reach = 0; reach <= 3; reach += reach ? 2 : 1) {
    let sum = 0;
    G[0] = G[1] = G[2] = 0;
    for (let b = -reach; b <= 1 + reach; b++)
      for (let a = -reach; a <= 1 + reach; a++) {
        const px = x0 + a,
          py = y0 + b;
        if (px < 0 || py < 0 || px >= w || py >= h) continue;
        const o = (py * w + px) * 3;
        const dot = nor[o] * s.nx + nor[o + 1] * s.ny + nor[o + 2] * s.nz;
        if (dot < 0.5) continue;
        const dx = pos[o] - s.x,
          dy = pos[o + 1] - s.y,
          dz = pos[o + 2] - s.z;
        const plane = Math.abs(dx * s.nx + dy * s.ny + dz * s.nz);
        const k =
          (dot ** 8 / (1 + (plane * 120) ** 2) / (1 + (dx * dx + dy * dy + dz * dz) * 20)) *
          Math.max(0.02, 1 - Math.abs(fx - px) / (1 + reach)) *
          Math.max(0.02, 1 - Math.abs(fy - py) / (1 + reach));
        sum += k;
        G[0] += light[o] * k;
        G[1] += light[o + 1] * k;
        G[2] += light[o + 2] * k;
      }
    if (sum > (reach < 3 ? 0.08 : 1e-6)) {
      G[0] /= sum;
      G[1] /= sum;
      G[2] /= sum;
      return;
    }
  }
  const a = scene.ambient ?? 0.25;
  G[0] = G[1] = G[2] = a;
}

// Cheap lattice noise, for plaster, paper and cloth.
const lattice = (x, y, z) => {
  const n = Math.sin(x * 127.1 + y * 311.7 + z * 74.7) * 43758.5453;
  return n - Math.floor(n);
};
function noise(x, y, z) {
  const a = Math.floor(x),
    b = Math.floor(y),
    c = Math.floor(z);
  const f = (t) => t * t * (3 - 2 * t),
    u = f(x - a),
    v = f(y - b),
    w = f(z - c);
  let r = 0;
  for (let k = 0; k < 8; k++)
    r +=
      lattice(a + (k & 1), b + ((k >> 1) & 1), c + (k >> 2)) *
      (k & 1 ? u : 1 - u) *
      (k & 2 ? v : 1 - v) *
      (k & 4 ? w : 1 - w);
  return r;
}

/** Step 3: the picture, in linear light, with depth for the lens. */
export function finalPass(sc, buf, width, height, samples = SUB) {
  scene = sc;
  tree = sc.tree;
  seed = 777;
  const hdr = new Float32Array(width * height * 3),
    depth = new Float32Array(width * height);
  const [ox, oy, oz] = sc.camera.from,
    pixel = (2 * Math.tan((sc.camera.fov * Math.PI) / 360)) / height,
    f = sc.frame.f;
  const key = sc.env.key?.dir ?? [0, 1, 0],
    amb = sc.ambient ?? 0.25,
    max = sc.camera.clip ?? 6;
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const o = (y * width + x) * 3;
      let far = 0;
      for (const [jx, jy] of samples) {
        const [dx, dy, dz] = ray(x + jx, y + jy, width, height);
        let r, g, b;
        if (!trace(tree, ox, oy, oz, dx, dy, dz, FAR, false)) {
          sky(dx, dy, dz);
          [r, g, b] = L;
          far += 50;
        } else {
          far += hit.t * (dx * f[0] + dy * f[1] + dz * f[2]);
          surface(ox, oy, oz, dx, dy, dz, pixel);
          const m = s.m;
          if ((m.emit && !m.both) || m.emitTex) {
            if (m.emit) [r, g, b] = m.emit;
            else {
              r = s.r * m.gain;
              g = s.g * m.gain;
              b = s.b * m.gain;
            }
          } else {
            gather(buf, x + jx, y + jy);
            let e0 = G[0],
              e1 = G[1],
              e2 = G[2];
            const { x: hx, y: hy, z: hz, nx, ny, nz, r: cr, g: cg, b: cb } = s;
            let bump = 0,
              bx = 0,
              by = 0,
              bz = 0;
            if (m.bump) {
              const q = m.bumpScale,
                d = 0.35,
                n0 = noise(hx * q, hy * q, hz * q);
              bx = n0 - noise(hx * q + d, hy * q, hz * q);
              by = n0 - noise(hx * q, hy * q + d, hz * q);
              bz = n0 - noise(hx * q, hy * q, hz * q + d);
              bump = (bx * key[0] + by * key[1] + bz * key[2]) * m.bump;
              const k = Math.max(0.3, 1 + bump);
              e0 *= k;
              e1 *= k;
              e2 *= k;
            }
            const k = sunlight(
              hx + nx * 1e-4,
              hy + ny * 1e-4,
              hz + nz * 1e-4,
              nx + bx * (m.bump ?? 0),
              ny + by * (m.bump ?? 0),
              nz + bz * (m.bump ?? 0),
              m.trans,
              true,
            );
            if (k) {
              const c = sc.sun.color;
              e0 += c[0] * k;
              e1 += c[1] * k;
              e2 += c[2] * k;
            }
            r = cr * e0;
            g = cg * e1;
            b = cb * e2;
            if (m.both) {
              r += m.emit[0];
              g += m.emit[1];
              b += m.emit[2];
            }
            if (m.spec) {
              const cos = -(dx * nx + dy * ny + dz * nz),
                F = m.spec + (1 - m.spec) * (1 - Math.max(0, cos)) ** 5 * (m.rough >= 0.3 ? 0.25 : 1);
              const q = (m.rough ?? 0) * 0.6;
              let rx = dx + 2 * cos * nx + (rnd() - 0.5) * q,
                ry = dy + 2 * cos * ny + (rnd() - 0.5) * q,
                rz = dz + 2 * cos * nz + (rnd() - 0.5) * q;
              const rl = 1 / Math.hypot(rx, ry, rz);
              rx *= rl;
              ry *= rl;
              rz *= rl;
              let s0, s1, s2;
              const qx = hx + nx * 2e-4,
                qy = hy + ny * 2e-4,
                qz = hz + nz * 2e-4;
              // Dull surfaces mirror so broadly that the soft light itself will do, and without its noise.
              if (m.rough >= 0.3) {
                s0 = e0 * 0.8;
                s1 = e1 * 0.8;
                s2 = e2 * 0.8;
              } else if (!trace(tree, qx, qy, qz, rx, ry, rz, FAR, false)) {
                sky(rx, ry, rz);
                [s0, s1, s2] = L;
              } else {
                surface(qx, qy, qz, rx, ry, rz, 0.004);
                const t = s.m;
                if (t.emit) [s0, s1, s2] = t.emit;
                else if (t.emitTex) {
                  s0 = s.r * t.gain;
                  s1 = s.g * t.gain;
                  s2 = s.b * t.gain;
                } else {
                  const u = sunlight(
                      s.x + s.nx * 1e-4,
                      s.y + s.ny * 1e-4,
                      s.z + s.nz * 1e-4,
                      s.nx,
                      s.ny,
                      s.nz,
                      t.trans,
                      false,
                    ),
                    c = sc.sun?.color ?? [0, 0, 0];
                  s0 = s.r * (amb + c[0] * u);
                  s1 = s.g * (amb + c[1] * u);
                  s2 = s.b * (amb + c[2] * u);
                }
              }
              r = r * (1 - F) + s0 * F;
              g = g * (1 - F) + s1 * F;
              b = b * (1 - F) + s2 * F;
              if (k > 0 && sc.sun) {
                // the sun itself, as a soft glint
                const d =
                  Math.max(0, rx * sc.sun.dir[0] + ry * sc.sun.dir[1] + rz * sc.sun.dir[2]) ** (m.rough ? 40 : 500) *
                  (m.rough ? 0.5 : 12) *
                  F *
                  6;
                r += sc.sun.color[0] * d;
                g += sc.sun.color[1] * d;
                b += sc.sun.color[2] * d;
              }
            }
          }
        }
        if (!(r + g + b < 1e6)) {
          r = G[0];
          g = G[1];
          b = G[2];
        }
        hdr[o] += Math.min(max, r) / samples.length;
        hdr[o + 1] += Math.min(max, g) / samples.length;
        hdr[o + 2] += Math.min(max, b) / samples.length;
      }
      depth[y * width + x] = far / samples.length;
    }
  return { hdr, depth, width, height };
}

export function render(sc, width, height, spp) {
  prepare(sc);
  return finalPass(sc, softPass(sc, width, height, spp), width, height);
}
