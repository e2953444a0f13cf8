import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const page = readFileSync(`${root}SECURITY.md`, 'utf8');
const promises = [...page.matchAll(/^\| (.+) \| `(\S+)`: (.+) \|$/gm)].map(
  ([, promise = '', file = '', name = '']) => ({
    ...{ promise, file, name },
  }),
);

test('each line of the tables of SECURITY.md is a promise with a test', () => {
  const lines = page.split('\n').filter((line) => line.startsWith('|'));
  const heads = lines.filter((line) => line.startsWith('| promise |'));
  expect(promises.length).toBeGreaterThan(75);
  // Below each head is a line that ends it.
  expect(promises).toHaveLength(lines.length - 2 * heads.length);
});

test.each(promises)('$promise: there is such a test', ({ file, name }) => {
  expect(existsSync(root + file)).toBe(true);
  const called = [
    ...readFileSync(root + file, 'utf8').matchAll(
      /(?:(?:\b(?:test|it|describe)|\](?: as const)?)\)?|\.each\(\w+\))\(\s*'([^']+)'/g,
    ),
  ];
  expect(called.map(([, title]) => title)).toContain(name);
});
