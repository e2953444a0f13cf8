import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

/** Only `server/store` knows which database keeps the data, so that another one can take its place. */

const root = fileURLToPath(new URL('..', import.meta.url));
const FOLDERS = ['server', 'bench', 'e2e', 'tools', 'src', 'demo'];
const STORE = 'server/store/';

const CODE = /\.(ts|cjs|mjs|js)$/;
const sources = new Map(
  FOLDERS.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .map((name) => join(folder, name))
      .filter((file) => CODE.test(file) && !/(^|\/)(node_modules|dist)\//.test(file)),
  ).map((file) => [file, withoutComments(readFileSync(join(root, file), 'utf8'))]),
);
const outside = [...sources].filter(([file]) => !file.startsWith(STORE) && !file.endsWith('database-wall.test.ts'));

/** Prose may name the files of the databases. */
function withoutComments(code: string): string {
  return code.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '$1');
}

/** The lines outside the store that match, as `file: line`. */
function linesWith(pattern: RegExp): string[] {
  return outside.flatMap(([file, code]) =>
    code
      .split('\n')
      .filter((line) => pattern.test(line))
      .map((line) => `${file}: ${line.trim()}`),
  );
}

interface Import {
  module: string;
  /** Whether it leaves nothing in the code that runs. */
  typesOnly: boolean;
}

function importsOf(code: string): Import[] {
  const statements = [...code.matchAll(/^(?:import|export)\s([^;'"]*?)\s?(?:from\s)?'([^']+)'/gm)];
  const calls = [...code.matchAll(/\bimport\('([^']+)'\)/g)];
  return [
    ...statements.map(([, names = '', module = '']) => ({ module, typesOnly: /^type\b/.test(names) })),
    ...calls.map(([, module = '']) => ({ module, typesOnly: false })),
  ];
}

const isDatabase = ({ module }: Import) => /^(better-sqlite3|kysely)(\/|$)/.test(module);

test('sees imports, strings and comments as they are', () => {
  expect(sources.size).toBeGreaterThan(500);
  expect(importsOf("import type A from 'better-sqlite3';\nimport {\n  type B,\n  c,\n} from 'kysely/x';")).toEqual([
    { module: 'better-sqlite3', typesOnly: true },
    { module: 'kysely/x', typesOnly: false },
  ]);
  expect(withoutComments("a('https://b'); // c\n/** d */ e")).toBe("a('https://b'); \n e");
  expect([...sources].filter(([file, code]) => file.startsWith(STORE) && NAMES_A_FILE.test(code)).length).not.toBe(0);
});

test('imports no database', () => {
  const wrong = outside.flatMap(([file, code]) =>
    importsOf(code)
      .filter(isDatabase)
      .map(({ module }) => `${file}: ${module}`),
  );
  expect(wrong).toEqual([]);
});

/** In a string or an expression, also with the dot escaped. */
const NAMES_A_FILE = /\b(content|events)\\?\.db\b|\\\.db\b|['"`/][\w-]*\.db\b/;

test('names no result code and no file of a database', () => {
  expect(linesWith(/SQLITE_/)).toEqual([]);
  expect(linesWith(NAMES_A_FILE)).toEqual([]);
});

/** What runs may be imported from these: the one way in, and what opens nothing. */
const DOORS = ['server/store/stores.ts', 'server/store/service-lock.ts'];

test('imports no code of the store that speaks to the database; types, and what tests need, are free', () => {
  const wrong = outside.flatMap(([file, code]) =>
    importsOf(code)
      .filter(({ module, typesOnly }) => module.startsWith('.') && !typesOnly)
      .map(({ module }) => normalize(join(dirname(file), module)))
      .filter((module) => module.startsWith(STORE) && !module.startsWith(`${STORE}testing/`) && !DOORS.includes(module))
      .filter((module) => opens(module))
      .map((module) => `${file}: ${module}`),
  );
  expect(wrong).toEqual([]);
});

test('imports what tests need of the store in tests and benchmarks only', () => {
  const wrong = outside
    .filter(([file]) => file.startsWith('server/') && !/\.test\.ts$|\/testing\//.test(file))
    .flatMap(([file, code]) => importsOf(code).map(({ module }) => `${file}: ${module}`))
    .filter((line) => line.includes('/testing/'));
  expect(wrong).toEqual([]);
});

/** Whether a module of the store runs code of the database, itself or by what it imports. */
function opens(module: string, seen = new Set<string>()): boolean {
  if (seen.has(module)) return false;
  seen.add(module);
  return importsOf(sources.get(module) ?? '')
    .filter(({ typesOnly }) => !typesOnly)
    .some((one) => isDatabase(one) || opens(normalize(join(dirname(module), one.module)), seen));
}
