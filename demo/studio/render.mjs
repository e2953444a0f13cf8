// Draws the demo's pictures.   node demo/studio/render.mjs OUT [--only name,name] [--preview]
// (see README.md). One process, one thread; a full run takes about an hour.
import fs from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import { write } from './output.mjs';
import { files, scenes } from './scenes/all.mjs';
import { packshots } from './scenes/packshots.mjs';
import { stage } from './set/surfaces.mjs';
import { develop } from './tracer/film.mjs';
import { meter } from './tracer/meter.mjs';
import { render } from './tracer/render.mjs';

const [out, ...flags] = process.argv.slice(2);
if (!out) throw new Error('usage: render.mjs OUT [--only a,b] [--preview]');
const only = flags[flags.indexOf('--only') + 1]?.split(',');
const wanted = (name) => !flags.includes('--only') || only.includes(name);
const preview = flags.includes('--preview');
const missing = flags.includes('--missing'); // leave alone what is there

for (const [folder, set] of [
  ['products', packshots],
  ['media', scenes],
])
  for (const [name, make] of Object.entries(set)) {
    if (!wanted(name)) continue;
    if (
      missing &&
      fs.existsSync(path.join(out, folder)) &&
      fs.readdirSync(path.join(out, folder)).some((f) => f.split('.')[0] === name)
    )
      continue;
    const t = Date.now(),
      scene = await stage(make),
      k = preview ? 0.36 : 1,
      [w, h] = scene.size.map((x) => Math.round((x * k) / 2) * 2);
    const raw = render(scene, w, h, preview ? 6 : (scene.spp ?? 11));
    const film = { seed: name.length * 31 + w, ...scene.film };
    const bytes = develop(raw, {
      ...film,
      focus: film.focus ?? Math.hypot(...scene.camera.from.map((x, d) => x - scene.camera.to[d])),
      exposure: meter(raw, film.ev),
      ...(preview ? { grain: 0 } : {}),
    });
    fs.mkdirSync(path.join(out, folder), { recursive: true });
    const file = preview ? path.join(out, folder, `${name}.png`) : null;
    if (preview)
      await sharp(bytes, { raw: { width: w, height: h, channels: 3 } })
        .png()
        .toFile(file);
    else await write(path.join(out, folder), name, bytes, w, h, files[name] ?? {}, folder === 'products' ? 58 : 66);
    console.log(folder, name, `${((Date.now() - t) / 1000).toFixed(1)} s`);
  }
