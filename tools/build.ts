import { spawnSync } from 'node:child_process';
import { access, constants as fileModes, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { minify } from 'terser';
import { build, type InlineConfig, type Rolldown } from 'vite';
import { classOf, ELEMENTS, entryOf } from '../src/elements/registry.ts';
import { writeIntegrity } from './integrity.ts';
import { markOf } from './mark.ts';
import { dropLitHooks, squeezeTemplates } from './squeeze.ts';
import { namesOfWires } from './wires.ts';

/**
 * Builds the kit three ways:
 * - `dist/tag/v/{version}/`: the tracker and each element as ES chunks, under names that change with the sources;
 * - `dist/tag/vitrine.js`: the classic script that a shop pastes, and another under its version, beside its chunks;
 * - `dist/modules/`: ES modules for bundlers, with their dependencies left as imports, and their types in `dist/types/`.
 */

const root = fileURLToPath(new URL('..', import.meta.url));
const { version, dependencies } = JSON.parse(await readFile(`${root}/package.json`, 'utf8'));
const tagFolder = `${root}/dist/tag`;
const versionFolder = `${tagFolder}/v/${version}`;

try {
  await mkdir(tagFolder, { recursive: true });
  await access(tagFolder, fileModes.W_OK);
} catch (error) {
  // The bundler would say so in the words of its own backtrace.
  console.error(
    `dist cannot be written (${(error as NodeJS.ErrnoException).code}): build as the user who owns this folder. What is built already runs with npm run serve.`,
  );
  process.exit(1);
}

/** The elements' chunks, which the tag loads when a page first needs them. */
const CHUNKS = Object.fromEntries(ELEMENTS.map((name) => [name, entryOf(name)]));

/** A page's half of each protocol. */
const WIRES = Object.fromEntries((await namesOfWires()).map((name) => [name, `src/wires/${name}/encode.ts`]));

/** What the carousel needs at once. The viewer imports it from there: it is opened from a carousel. */
const IN_CAROUSEL =
  /node_modules\/(lit|@lit)|src\/(events\/(dom|id|limits?|unclobbered)|content\/(?!media\/products)|exposure|elements\/(shared|carousel|locales\/index))/;

/** What a bundler can import; `package.json` maps its `exports` to these. */
const MODULES = {
  ...CHUNKS,
  ...Object.fromEntries(ELEMENTS.map((name) => [`${name}-class`, classOf(name)])),
  tracker: 'src/tracker/create-tracker.ts',
  content: 'src/content/client/content.ts',
  ...WIRES,
};

/** Names by which Lit's packages know each other's insides. All code that uses them is in the carousel's file. */
const LIT_INTERNAL = /^_\$[A-Z]/;

const common: InlineConfig = { root, configFile: false, logLevel: 'warn', publicDir: false };
const es2022 = { target: 'es2022', emptyOutDir: false, modulePreload: false } as const;

/** Stands in the name of every chunk, so that a chunk of other sources never has the name of one that was cached for ever. */
const mark = await markOf(root, ['package-lock.json', 'src', 'tools']);
const marked: Rolldown.OutputOptions = { entryFileNames: `[name]-${mark}.js`, chunkFileNames: `[name]-${mark}.js` };

await build({
  ...common,
  plugins: [squeezeTemplates(), dropLitHooks()],
  build: {
    ...es2022,
    outDir: versionFolder,
    // A library: for an application Vite would add its preload helper, which writes links into the page's head.
    lib: { entry: absolute(CHUNKS), formats: ['es'] },
    rolldownOptions: {
      // With `strict`, what both elements use would be a file of its own, and 0.4 kB more for brotli to repeat.
      preserveEntrySignatures: 'allow-extension',
      output: {
        ...marked,
        minify: true,
        codeSplitting: {
          groups: [{ name: 'carousel', test: (id) => IN_CAROUSEL.test(id), includeDependenciesRecursively: false }],
        },
      },
    },
  },
});

// What wires share is less than a request costs. The tracking wire is in `start`.
const { tracking: _, ...wireChunks } = WIRES;
// By itself: a page without elements loads no more than these, so they share no file with them or with each other.
for (const [name, path] of Object.entries({
  start: 'src/tag/start.ts',
  address: 'src/tag/address.ts',
  commands: 'src/tag/run-commands.ts',
  console: 'src/tag/console.ts',
  vitals: 'src/tag/late.ts',
  backlog: 'src/tracker/delivery/backlog.ts',
  subdomains: 'src/tracker/cookie.ts',
  destinations: 'src/tag/destinations.ts',
  ...wireChunks,
})) {
  await build({
    ...common,
    build: {
      ...es2022,
      outDir: versionFolder,
      lib: { entry: absolute({ [name]: path }), formats: ['es'] },
      rolldownOptions: { output: { ...marked, minify: true } },
    },
  });
}

for (const [outDir, folder] of [
  [tagFolder, `v/${version}/`],
  [versionFolder, ''],
]) {
  await build({
    ...common,
    define: { __FOLDER__: JSON.stringify(folder), __MARK__: JSON.stringify(mark) },
    build: {
      ...es2022,
      outDir,
      rolldownOptions: {
        input: `${root}/src/tag/vitrine.ts`,
        output: { format: 'iife', entryFileNames: 'vitrine.js' },
      },
    },
  });
}

/** Bundlers ask for the development build by export condition: the same code with its warnings. */
for (const development of [false, true]) {
  await build({
    ...common,
    define: { 'import.meta.env.DEV': String(development) },
    build: {
      ...es2022,
      outDir: `${root}/dist/modules${development ? '/development' : ''}`,
      minify: false,
      lib: { entry: absolute(MODULES), formats: ['es'] },
      rolldownOptions: {
        external: Object.keys(dependencies).map((name) => new RegExp(`^${name}(/|$)`)),
        output: { entryFileNames: '[name].js', chunkFileNames: 'shared/[name]-[hash].js' },
      },
    },
  });
}

if (spawnSync('tsc', ['-p', `${root}/src/tsconfig.types.json`], { stdio: 'inherit' }).status !== 0) process.exit(1);

for (const folder of [tagFolder, versionFolder]) await shrink(folder);
await writeIntegrity(versionFolder, (await readdir(versionFolder)).filter(isOfThisBuild));

/** What an earlier build made is served for ever as it was. */
function isOfThisBuild(file: string): boolean {
  return file === 'vitrine.js' || file.endsWith(`-${mark}.js`);
}

function absolute(entries: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(entries).map(([name, path]) => [name, `${root}/${path}`]));
}

/** Minifies what every visitor downloads, and compresses it. Terser saves 2 % over Vite's own minifier. */
async function shrink(folder: string): Promise<void> {
  for (const file of await readdir(folder)) {
    if (!isOfThisBuild(file)) continue;
    const path = `${folder}/${file}`;
    const source = await readFile(path, 'utf8');
    const { code = source } = await minify(source, {
      ecma: 2020,
      module: file !== 'vitrine.js',
      mangle: { properties: file.startsWith('carousel-') && { regex: LIT_INTERNAL } },
      // `keep_fargs`: no code reads the `length` of a function. `hoist_funs`, `lhs_constants`: brotli compresses adjacent
      // functions and comparisons as they are written better; in the carousel's file, hoisted functions cost 36 bytes.
      // `passes`: each pass finds what the one before made possible.
      compress: {
        keep_fargs: false,
        hoist_funs: !file.startsWith('carousel-'),
        lhs_constants: false,
        passes: 6,
      },
    });
    await writeFile(path, code);
    await writeFile(`${path}.br`, brotli(code));
    await writeFile(`${path}.gz`, gzipSync(code, { level: constants.Z_BEST_COMPRESSION }));
  }
}

/**
 * Which of its modes, and of its ways to write distances, suits a small script best is a matter of luck, and of a few dozen
 * bytes: the smallest is served.
 */
function brotli(code: string): Buffer {
  const { BROTLI_MODE_GENERIC, BROTLI_MODE_TEXT, BROTLI_MODE_FONT } = constants;
  const DISTANCES = [
    [0, 0],
    [3, 0],
    [3, 120],
    [1, 30],
    [0, 15],
  ] as const;
  const [best = Buffer.of()] = [BROTLI_MODE_GENERIC, BROTLI_MODE_TEXT, BROTLI_MODE_FONT]
    .flatMap((mode) =>
      DISTANCES.map(([postfix, direct]) =>
        brotliCompressSync(code, {
          params: {
            [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
            [constants.BROTLI_PARAM_MODE]: mode,
            [constants.BROTLI_PARAM_LGWIN]: 16,
            [constants.BROTLI_PARAM_NPOSTFIX]: postfix,
            [constants.BROTLI_PARAM_NDIRECT]: direct,
          },
        }),
      ),
    )
    .toSorted((a, b) => a.length - b.length);
  return best;
}
