import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const { exports } = JSON.parse(readFileSync(`${root}package.json`, 'utf8')) as {
  exports: Record<string, string | Record<string, string>>;
};
const paths = Object.entries(exports).flatMap(([name, target]) =>
  Object.values(typeof target === 'string' ? { target } : target).map((file) => [name, file] as const),
);

// The build comes first (`npm test` does it): what is tested is what is published.
test.each(paths)('%s leads to %s', (_, file) => {
  expect(existsSync(`${root}${file}`)).toBe(true);
});

test.each(Object.keys(exports).filter((name) => name !== './package.json'))(
  '%s can be imported where there is no browser',
  async (name) => {
    await expect(import(`vitrine/${name.slice(2)}`)).resolves.toBeDefined();
  },
);
