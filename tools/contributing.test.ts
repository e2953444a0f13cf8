import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { WIRE_CHUNKS } from '../src/tag/wire-chunks.ts';
import { namesOfWires } from './wires.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const text = readFileSync(`${root}CONTRIBUTING.md`, 'utf8');
const named = new Set(
  [...text.matchAll(/`((?:src|server|tools|demo|e2e|bench|deploy|docs)(?:\/[a-z0-9./-]*)?)`/g)].map(
    ([, path = '']) => path,
  ),
);

function foldersOf(folder: string): string[] {
  return readdirSync(`${root}${folder}`, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !['testing', 'node_modules'].includes(entry.name))
    .map(({ name }) => `${folder}/${name}`);
}

describe('the map of CONTRIBUTING.md', () => {
  test.each([...named])('%s is there', (path) => {
    expect(existsSync(`${root}${path}`)).toBe(true);
  });

  test.each([...foldersOf('src'), ...foldersOf('server')])('names %s', (folder) => {
    expect(named).toContain(folder);
  });
});

test('each wire but the tag’s own is a chunk that the tag can load', async () => {
  const wires = (await namesOfWires()).filter((name) => name !== 'tracking');
  const chunks: string[] = Object.values(WIRE_CHUNKS);
  expect(chunks.filter((chunk) => chunk !== 'start').toSorted()).toEqual(wires);
});
