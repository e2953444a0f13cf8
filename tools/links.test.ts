import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

/** Links between our pages, to their parts, and to files. What other sites have is not asked for. */

const root = fileURLToPath(new URL('..', import.meta.url));
const pages = ['.', 'docs'].flatMap((folder) =>
  readdirSync(join(root, folder))
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name)),
);

/** Without blocks of code, in which brackets are something else. */
function textOf(page: string): string {
  return readFileSync(join(root, page), 'utf8').replaceAll(/^```[\s\S]*?^```$/gm, '');
}

/** The names of a page's parts, as GitHub makes them of headings. */
function partsOf(page: string): string[] {
  return [...textOf(page).matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

function linksOf(page: string): string[] {
  const text = textOf(page).replaceAll(/`[^`\n]*`/g, 'code');
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link).filter((link) => !/^\w+:/.test(link));
}

function isBroken(page: string, link: string): boolean {
  const [path = '', part] = link.split('#');
  const target = path === '' ? page : join(dirname(page), path);
  if (!existsSync(join(root, target))) return true;
  return part !== undefined && !partsOf(target).includes(part);
}

test.each(pages)('%s: its links lead somewhere', (page) => {
  expect(linksOf(page).filter((link) => isBroken(page, link))).toEqual([]);
});

test('the README leads to the pages that are not generated', () => {
  expect(linksOf('README.md')).toEqual(expect.arrayContaining(['docs/operate.md', 'docs/benchmarks.md']));
});

test('each benchmark has its place in docs/benchmarks.md', () => {
  const page = readFileSync(join(root, 'docs/benchmarks.md'), 'utf8');
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const names = Object.keys(scripts).filter((name) => name.startsWith('bench:'));
  expect(names.length).toBeGreaterThan(5);
  const missing = names.filter((name) => !page.includes(`<!-- ${name} -->\n`) || !page.includes(`<!-- /${name} -->`));
  expect(missing).toEqual([]);
});
