import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'csv-parse/sync';
import sharp from 'sharp';

/**
 * Writes the demo shop's pages to `dist/shop/`: what a small shop's own software would do from its templates and
 * its product list. `{{name}}` is a value, escaped; `{{{name}}}` is HTML.
 */

interface Product {
  id: string;
  name: string;
  price: string;
  currency: string;
  url: string;
  image: string;
  category: string;
  availability: string;
}

const demo = fileURLToPath(new URL('.', import.meta.url));
const out = fileURLToPath(new URL('../dist/shop/', import.meta.url));
const read = (file: string) => readFile(`${demo}${file}`, 'utf8');

const { key } = JSON.parse(await read('settings.json')) as { key: string };
const words = JSON.parse(await read('shop/words.json')) as Record<string, { description: string; fact: string }>;
const products = parse<Product>(await read('content/products.csv'), { columns: true, skip_empty_lines: true });
const templates = Object.fromEntries(
  await Promise.all(
    ['layout', 'index', 'category', 'card', 'product', 'basket', 'confirmation'].map(
      async (name) => [name, await read(`shop/${name}.html`)] as const,
    ),
  ),
);

await mkdir(`${out}images`, { recursive: true });
await mkdir(`${out}products`, { recursive: true });
for (const file of ['shop.css', 'shop.js']) await copyFile(`${demo}shop/${file}`, `${out}${file}`);

const pieces = await Promise.all(products.map(describe));
const hero = pieces[0];
if (!hero) throw new Error('demo/content/products.csv names no product.');

const categories = [...new Set(products.map(({ category }) => category))].map((name) => {
  const cards = pieces.filter(({ category }) => category === name).map((piece) => fill('card', piece));
  return fill('category', { name, slug: slug(name), cards: cards.join('') });
});
const home = fill('index', { categories: categories.join(''), heroImage: hero.image, heroName: hero.name });
await page('index.html', 'Prints, posters and painted ceramics', home);
for (const piece of pieces) await page(`products/${piece.id}.html`, piece.name, fill('product', piece));
await page('basket.html', 'Your basket', fill('basket', {}));
await page('confirmation.html', 'Thank you', fill('confirmation', {}));

async function describe(product: Product) {
  const image = basename(product.image);
  await copyFile(`${demo}content/${product.image}`, `${out}images/${image}`);
  const { width, height } = await sharp(`${demo}content/${product.image}`).metadata();
  const money = new Intl.NumberFormat('en-IE', { style: 'currency', currency: product.currency });
  return {
    ...product,
    ...(words[product.id] ?? { description: '', fact: '' }),
    image,
    width: String(width),
    height: String(height),
    categorySlug: slug(product.category),
    priceText: money.format(Number(product.price)),
    buyText: product.availability === 'available' ? 'Add to basket' : 'Reserve the next one',
  };
}

async function page(file: string, title: string, main: string): Promise<void> {
  await writeFile(`${out}${file}`, fill('layout', { title, key, main }));
}

function fill(template: string, values: Record<string, string>): string {
  return (templates[template] ?? '').replace(/\{\{\{(\w+)\}\}\}|\{\{(\w+)\}\}/g, (_, html: string, text: string) =>
    html ? (values[html] ?? '') : escapeHtml(values[text] ?? ''),
  );
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

function slug(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]+/g, '-');
}
