// Writes products.csv and media.csv beside the pictures.   node demo/studio/tables.mjs OUT
import fs from 'node:fs';
import path from 'node:path';
import { media as all, products } from './catalogue.mjs';

const out = process.argv[2];
const cell = (x) => (/[",\n]/.test(x) ? `"${String(x).replaceAll('"', '""')}"` : String(x));
const csv = (rows) => rows.map((r) => r.map(cell).join(',')).join('\n') + '\n';
const files = (folder) => fs.readdirSync(path.join(out, folder));
const fileOf = (folder, name) => {
  const found = files(folder).find((f) => f.split('.')[0] === name);
  if (!found) throw new Error(`${folder}/${name} has not been rendered`);
  return `${folder}/${found}`;
};

const there = new Set(files('media').map((f) => f.split('.')[0]));
const media = all.filter((m) => there.has(m.name) || console.warn(`not rendered yet: ${m.name}`));

fs.writeFileSync(
  path.join(out, 'products.csv'),
  csv([
    ['id', 'name', 'price', 'currency', 'url', 'image', 'category', 'availability'],
    ...products.map(([id, name, price, category, availability]) => [
      id,
      name,
      price.toFixed(2),
      'EUR',
      `/shop/products/${id}.html`,
      fileOf('products', id),
      category,
      availability,
    ]),
  ]),
);

const posters = new Set();
fs.writeFileSync(
  path.join(out, 'media.csv'),
  csv([
    ['file', 'caption', 'username', 'source', 'products', 'position', 'rights', 'date', 'poster'],
    ...media.map((m, k) => {
      const file = fileOf('media', m.name),
        poster = /\.(mp4|webm)$/.test(file) ? fileOf('media', `${m.name}-poster`) : '';
      posters.add(poster);
      return [file, m.caption, m.username, m.source, m.products.join('|'), k + 1, m.rights, m.date, poster];
    }),
  ]),
);

// What is there but in neither table would be dead weight in the repository.
const listed = new Set([...media.map((m) => fileOf('media', m.name)), ...posters]);
for (const f of files('media')) if (!listed.has(`media/${f}`)) console.warn(`not in media.csv: ${f}`);
for (const [id] of products) {
  const n = media.filter((m) => m.products.includes(id)).length;
  console.log(String(n).padStart(3), id);
}
