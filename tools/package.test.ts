import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Rolldown } from 'vite';
import { expect, test } from 'vitest';
import { ELEMENTS } from '../src/elements/registry.ts';
import { namesOfWires } from './wires.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const { exports, sideEffects, version } = JSON.parse(readFileSync(`${root}package.json`, 'utf8')) as {
  version: string;
  sideEffects: string[];
  exports: Record<string, string | Record<string, string>>;
};
const paths = Object.entries(exports).flatMap(([name, target]) =>
  Object.values(typeof target === 'string' ? { target } : target).map((file) => [name, file] as const),
);

// The build comes first (`npm test` does it): what is tested is what is published.
test.each(paths)('%s leads to %s', (_, file) => {
  expect(existsSync(`${root}${file}`)).toBe(true);
});

test.each(Object.entries(exports).filter(([, target]) => typeof target !== 'string'))(
  'the types of %s declare what its module exports',
  (_, target) => {
    const { types, default: module } = target as Record<string, string>;
    const exported = /export \{([^}]*)\};?\s*$/.exec(readFileSync(`${root}${module}`, 'utf8'))?.[1] ?? '';
    const declared = readFileSync(`${root}${types}`, 'utf8').replace(/\/\*.*?\*\//gs, '');
    for (const name of exported.split(',').filter((name) => name.trim()))
      expect(declared).toMatch(new RegExp(`\\b${name.split(' as ').at(-1)?.trim()}\\b`));
  },
);

test.each(Object.keys(exports).filter((name) => name !== './package.json'))(
  '%s can be imported where there is no browser',
  async (name) => {
    await expect(import(`vitrine/${name.slice(2)}`)).resolves.toBeDefined();
  },
);

test('of the content API’s client, a bundle has what is used of it', async () => {
  const entry =
    "import { getStream } from 'vitrine/content'; globalThis.stream = getStream({ base: 'x', key: 'k' }, 1);";
  const name = 'virtual:entry';
  const [bundle] = [
    await build({
      root,
      configFile: false,
      logLevel: 'warn',
      plugins: [{ name, resolveId: (id) => (id === name ? id : null), load: (id) => (id === name ? entry : null) }],
      build: { write: false, minify: true, rolldownOptions: { input: name } },
    }),
  ].flat() as Rolldown.RolldownOutput[];
  const code = bundle?.output.map((file) => (file.type === 'chunk' ? file.code : '')).join('') ?? '';
  expect(code).toContain('/streams/');
  expect(code).not.toMatch(/stashes|XMLHttpRequest|prev_id|widget|instagram/);
});

test.each([
  ['in a browser', ['--lib', 'es2022,dom']],
  ['in Node, without the types of browsers', ['--lib', 'es2023', '--types', 'node']],
])('the types of the content API’s client hold in the strictest project: %s', (_, options) => {
  const strict = ['--strict', '--exactOptionalPropertyTypes', '--skipLibCheck', 'false', '--module', 'nodenext'];
  const { stdout } = spawnSync(
    `${root}node_modules/.bin/tsc`,
    ['--ignoreConfig', '--noEmit', ...strict, ...options, `${root}dist/types/content/client/content.d.ts`],
    { encoding: 'utf8' },
  );
  expect(stdout).toBe('');
});

test('what no element needs of the client is not in the elements’ chunk', () => {
  const folder = `${root}dist/tag/v/${version}/`;
  const chunks = readdirSync(folder).filter((file) =>
    ELEMENTS.some((name) => file.startsWith(`${name}-`) && file.endsWith('.js')),
  );
  expect(chunks.length).toBeGreaterThanOrEqual(ELEMENTS.length);
  for (const chunk of chunks)
    expect(readFileSync(folder + chunk, 'utf8')).not.toMatch(/stashes|XMLHttpRequest|prev_id|page_key|instagram/);
});

test('what Lit’s packages know of each other has short names, which only the carousel’s file says', () => {
  const { mark, folder } = thisBuild();
  for (const name of ELEMENTS) expect(readFileSync(`${folder}${name}-${mark}.js`, 'utf8')).not.toMatch(/_\$[A-Z]/);
});

test.each(ELEMENTS)('%s is a chunk, and an entry of the package as an element and as a class', (name) => {
  const { mark, folder } = thisBuild();
  expect(readdirSync(folder)).toContain(`${name}-${mark}.js`);
  for (const [entry, file, types] of [
    [`./${name}`, name, `${name}/define`],
    [`./${name}/class`, `${name}-class`, `${name}/${name}`],
  ] as const)
    expect(exports[entry]).toEqual({
      types: `./dist/types/elements/${types}.d.ts`,
      development: `./dist/modules/development/${file}.js`,
      default: `./dist/modules/${file}.js`,
    });
  // A bundler drops an import of which nothing is used, unless the file is named here.
  expect(sideEffects).toEqual(
    expect.arrayContaining([`./dist/modules/${name}.js`, `./dist/modules/development/${name}.js`]),
  );
});

test.each(ELEMENTS)('an import of %s brings the type of its tag', (name) => {
  const entry = join(mkdtempSync(join(tmpdir(), 'vitrine-types-')), 'entry.ts');
  const path = `${root}dist/types/elements/${name}/define.d.ts`;
  const property = 'locale';
  writeFileSync(
    entry,
    `import '${path}';\nconst element = document.querySelector('vitrine-${name}');\nelement!.${property} satisfies string | null | undefined;\n`,
  );
  const { stdout } = spawnSync(
    `${root}node_modules/.bin/tsc`,
    [
      '--ignoreConfig',
      '--noEmit',
      '--strict',
      '--skipLibCheck',
      '--module',
      'esnext',
      '--moduleResolution',
      'bundler',
      '--target',
      'es2022',
      '--allowImportingTsExtensions',
      entry,
    ],
    { encoding: 'utf8' },
  );
  rmSync(dirname(entry), { recursive: true });
  expect(stdout).toBe('');
});

const wires = await namesOfWires();

/** The mark of this build's chunks. Earlier builds stay in the folder: the loader names the chunks of this one. */
function thisBuild(): { folder: string; mark: string | undefined } {
  const folder = `${root}dist/tag/v/${version}/`;
  return { folder, mark: /-(\w+)\.js/.exec(readFileSync(`${folder}vitrine.js`, 'utf8'))?.[1] };
}

test('each wire can be imported by its name', () => {
  expect(wires).toContain('tracking');
  expect(Object.keys(exports)).toEqual(expect.arrayContaining(wires.map((wire) => `./${wire}`)));
});

test('each wire but the tag’s own is a chunk that asks for no other, of at most 2.75 KB', () => {
  const { folder, mark } = thisBuild();
  for (const wire of wires.filter((wire) => wire !== 'tracking')) {
    expect(readFileSync(`${folder}${wire}-${mark}.js`, 'utf8')).not.toMatch(/\bimport\b/);
    expect(readFileSync(`${folder}${wire}-${mark}.js.br`).length).toBeLessThanOrEqual(2816);
  }
  const tag = [`${root}dist/tag/vitrine.js.br`, `${folder}start-${mark}.js.br`];
  expect(tag.reduce((sum, file) => sum + readFileSync(file).length, 0)).toBeLessThanOrEqual(7168);
});

test('the lock file names no registry, needs no compiler, and knows each platform', () => {
  const { packages } = JSON.parse(readFileSync(`${root}package-lock.json`, 'utf8')) as {
    packages: Record<string, { resolved?: string; gypfile?: boolean; optionalDependencies?: Record<string, string> }>;
  };
  expect(JSON.stringify(packages)).not.toContain('://registry');
  expect(Object.values(packages).filter(({ resolved }) => resolved?.includes('://'))).toEqual([]);
  // From a lock file npm does not read that this package brings its binaries, and runs node-gyp; `npm install` drops the key.
  expect(packages['node_modules/better-sqlite3']?.gypfile).toBe(false);
  // A registry that lacks a platform's package lets `npm install` leave it out, and then `npm ci` refuses the file.
  const missing = Object.keys(packages['node_modules/@biomejs/biome']?.optionalDependencies ?? {}).filter(
    (name) => !packages[`node_modules/${name}`],
  );
  expect(missing).toEqual([]);
});
