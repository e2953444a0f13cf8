// Three short silent films.   node demo/studio/videos.mjs OUT   (needs ffmpeg; see README.md)
//   steam:  one still of a mug, with vapour drawn over it     -> MP4
//   sun:    window light wandering over a framed print        -> MP4
//   turning: the vase on a wheel                              -> WebM
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import { cam, on, top, woods } from './scenes/kit.mjs';
import * as f from './set/furniture.mjs';
import { blades } from './set/growing.mjs';
import { gobo, light, room } from './set/room.mjs';
import { paint, stage, wall } from './set/surfaces.mjs';
import { framed, mug, vase } from './set/wares.mjs';
import { develop } from './tracer/film.mjs';
import { lathe, place } from './tracer/mesh.mjs';
import { meter } from './tracer/meter.mjs';
import { FEW, finalPass, prepare, softPass } from './tracer/render.mjs';

const [out, ...only] = process.argv.slice(2);
const folder = path.join(out, 'media');
fs.mkdirSync(folder, { recursive: true });

const films = {
  steam: {
    file: 'film-steam.mp4',
    size: [720, 900],
    fps: 24,
    frames: 96,
    scene: (T) => {
      const { walnut } = woods(T);
      return {
        ...cam([0.12, 0.2, 0.62], [0.008, 0.098, 0], 27),
        ...light.sun([-0.8, 0.55, -0.6], null, { power: 2.2, fill: 0.42, tint: [1, 0.85, 0.65] }),
        film: { ev: -0.45, blur: 0.006 },
        parts: [
          top(walnut, 1.6, 0.8, { walls: wall('#46534f'), back: 0.7 }),
          on(mug(T, { fill: 'coffee' }), 0, 0, 0, -30),
          on(f.stack(2, 12), -0.28, 0, -0.16),
          on(blades({ seed: 6, r: 0.06, high: 0.26 }), 0.3, 0, -0.3),
        ],
      };
    },
    rim: [-0.003, 0.092, 0],
    each: (still, k, n) => steam(still, k / n),
  },
  sun: {
    file: 'film-sun.mp4',
    size: [720, 900],
    fps: 10,
    frames: 40,
    scene: (T) => {
      const { oak } = woods(T);
      return {
        ...cam([-0.3, 1.42, 1.5], [0.02, 1.36, 0], 42),
        ...light.sun(
          [0.9, 0.65, 0.75],
          gobo.both(gobo.window(2, 3, 0.85, 1.15, 0.05, 0.03), gobo.leaves(0.24, 3, 0.42, 0.06)),
          { power: 2.6, fill: 0.6 },
        ),
        film: { ev: 0.1 },
        parts: [
          room({ walls: wall('#e5dccb') }),
          on(framed(T, 'swell', 0.48, 0.6, { wood: oak, mount: 0.06 }), 0, 1.02, 0),
          on(f.ledge(oak, 1.2), 0, 0.86, 0),
          on(blades({ r: 0.035, high: 0.22, n: 14, seed: 9 }), -0.4, 0.88, 0.06),
        ],
      };
    },
    move: (scene, t) => {
      const e = t * t * (3 - 2 * t);
      scene.sun.at = [-0.42 + 0.6 * e, 1.28 + 0.1 * e, 0];
    },
  },
  turning: {
    file: 'film-turning-vase.webm',
    size: [720, 720],
    fps: 16,
    frames: 52,
    scene: (T) => {
      const { oak } = woods(T);
      const pot = vase(T);
      pot[0] = { ...pot[0], m: { ...pot[0].m, shift: 0 } };
      return {
        turning: pot[0].m,
        ...cam([0, 0.3, 0.95], [0, 0.125, 0], 24),
        ...light.day([-1, 0.6, 0.6], 1),
        film: { ev: -0.05 },
        parts: [
          top(paint('#efe8dc', { spec: 0.03, rough: 0.4 }), 1.8, 0.9, { walls: wall('#c9a48f'), back: 0.5 }),
          lathe(
            oak,
            [
              [0, 0],
              [0.1, 0],
              [0.102, 0.006],
              [0.1, 0.014],
              [0, 0.014],
            ],
            { steps: 1 },
          ),
          place(pot, { at: [0, 0.014, 0] }),
        ],
      };
    },
    move: (scene, t) => {
      scene.turning.shift = t;
    },
  },
};

for (const [name, film] of Object.entries(films)) {
  if (only.length && !only.includes(name)) continue;
  const [w, h] = film.size,
    scene = prepare(await stage(film.scene));
  film.move?.(scene, 0.5);
  const soft = softPass(scene, w, h, 24),
    dist = Math.hypot(...scene.camera.from.map((x, d) => x - scene.camera.to[d]));
  let still = finalPass(scene, soft, w, h);
  const exposure = meter(still, scene.film.ev),
    look = { grain: 0.004, ...scene.film, focus: dist, exposure };
  const developed = film.each ? develop(still, look) : null;
  const file = path.join(folder, film.file),
    codec = file.endsWith('.webm')
      ? [
          '-c:v',
          'libvpx-vp9',
          '-b:v',
          '0',
          '-crf',
          '37',
          '-row-mt',
          '0',
          '-threads',
          '1',
          '-deadline',
          'good',
          '-cpu-used',
          '2',
        ]
      : [
          '-c:v',
          'libx264',
          '-profile:v',
          'main',
          '-preset',
          'slow',
          '-crf',
          '25',
          '-threads',
          '1',
          '-movflags',
          '+faststart',
        ];
  const ff = spawn(
    'ffmpeg',
    [
      '-v',
      'error',
      '-y',
      '-f',
      'rawvideo',
      '-pix_fmt',
      'rgb24',
      '-s',
      `${w}x${h}`,
      '-r',
      String(film.fps),
      '-i',
      '-',
      '-an',
      ...codec,
      '-pix_fmt',
      'yuv420p',
      '-map_metadata',
      '-1',
      file,
    ],
    { stdio: ['pipe', 'inherit', 'inherit'] },
  );
  for (let k = 0; k < film.frames; k++) {
    let bytes;
    if (film.each) bytes = film.each({ bytes: developed, w, h, ...onScreen(scene, film.rim, w, h) }, k, film.frames);
    else {
      film.move(scene, k / film.frames);
      still = finalPass(scene, soft, w, h, FEW);
      bytes = develop(still, look);
    }
    if (k === 0)
      await sharp(bytes, { raw: { width: w, height: h, channels: 3 } })
        .jpeg({ quality: 80, mozjpeg: true })
        .toFile(file.replace(/\.\w+$/, '-poster.jpg'));
    if (!ff.stdin.write(bytes)) await once(ff.stdin, 'drain');
  }
  ff.stdin.end();
  await once(ff, 'close');
  console.log(film.file, `${(fs.statSync(file).size / 1024).toFixed(0)} KB`);
}

/** Where a point of the scene is in the picture, and how many pixels a metre spans there. */
function onScreen({ camera, frame: { f, r, u } }, point, w, h) {
  const d = point.map((x, k) => x - camera.from[k]),
    dot = (a) => a.reduce((s, x, k) => s + x * d[k], 0);
  const metre = h / (2 * Math.tan((camera.fov * Math.PI) / 360) * dot(f));
  return { x: w / 2 + dot(r) * metre, y: h / 2 - dot(u) * metre, metre };
}

/** Vapour: two layers of drifting noise in a plume that widens as it rises; it comes round after one film. */
function steam({ bytes, w, h, x: cx, y: base, metre }, t) {
  const res = Buffer.from(bytes),
    q = 4,
    height = metre * 0.15;
  const gw = Math.ceil(w / q),
    gh = Math.ceil(h / q),
    veil = new Float32Array(gw * gh);
  for (let y = 0; y < gh; y++)
    for (let x = 0; x < gw; x++) {
      const up = (base - y * q) / height;
      if (up < -0.04 || up > 1) continue;
      const sway =
        (Math.sin(up * 5 - t * Math.PI * 4) * 0.014 + Math.sin(up * 9 + t * Math.PI * 2) * 0.005) * up * metre;
      const side = (x * q - cx - sway) / ((0.024 + up * 0.034) * metre);
      if (Math.abs(side) > 1) continue;
      // The noise repeats every four units upwards, so that rising by four ends where it began.
      const a = wisps(side * 1.6 + 3 + Math.sin(up * 6 - t * 6.283) * 0.35, up * 3.2 - t * 4),
        b = wisps(side * 3.1 + 9, up * 6 - t * 8);
      const body = (1 - side * side) ** 1.5 * Math.min(1, (up + 0.04) * 9) * (1 - up) ** 1.3;
      veil[y * gw + x] = body * Math.max(0, a * 1.5 + b * 0.6 - 0.78);
    }
  for (let y = 0; y < h; y++)
    for (let x = 0; x < w; x++) {
      const fx = Math.min(gw - 1.001, x / q),
        fy = Math.min(gh - 1.001, y / q),
        x0 = fx | 0,
        y0 = fy | 0,
        u = fx - x0,
        v = fy - y0,
        o = y0 * gw + x0;
      const k =
        ((veil[o] * (1 - u) + veil[o + 1] * u) * (1 - v) + (veil[o + gw] * (1 - u) + veil[o + gw + 1] * u) * v) * 0.62;
      if (k > 0.002) {
        const p = (y * w + x) * 3;
        for (let d = 0; d < 3; d++) res[p + d] += (240 - res[p + d]) * Math.min(0.8, k);
      }
    }
  return res;
}
function wisps(x, y) {
  const cell = (i, j) => {
    const n = Math.sin(i * 127.1 + (((j % 4) + 4) % 4) * 311.7) * 43758.5453;
    return n - Math.floor(n);
  };
  const a = Math.floor(x),
    b = Math.floor(y),
    s = (k) => k * k * (3 - 2 * k),
    u = s(x - a),
    v = s(y - b);
  return (
    (cell(a, b) * (1 - u) + cell(a + 1, b) * u) * (1 - v) + (cell(a, b + 1) * (1 - u) + cell(a + 1, b + 1) * u) * v
  );
}
