import { spawnSync } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { minify } from 'terser';
import { build, type InlineConfig, type Rolldown } from 'vite';
import { squeezeTemplates } from './squeeze.ts';

/**
 * Builds the kit three ways:
 * - `dist/tag/v/{version}/`: the code of each element as ES chunks, under names that change with their content;
 * - `dist/tag/vitrine.js` (and the same under its version): the classic script that a shop pastes;
 * - `dist/modules/`: ES modules for bundlers, with their dependencies left as imports, and their types in `dist/types/`.
 */

const root = fileURLToPath(new URL('..', import.meta.url));
const { version, dependencies } = JSON.parse(await readFile(`${root}/package.json`, 'utf8'));
const tagFolder = `${root}/dist/tag`;
const versionFolder = `${tagFolder}/v/${version}`;

/** What the tag loads when a page first needs it. */
const CHUNKS = {
  carousel: 'src/elements/carousel/define.ts',
  viewer: 'src/elements/viewer/define.ts',
  vitals: 'src/tracker/vitals.ts',
};

/** What the carousel needs at once. The viewer imports it from there: it is opened from a carousel. */
const IN_CAROUSEL =
  /node_modules\/(lit|@lit)|src\/(events\/(dom|id)|content\/(?!products)|exposure|elements\/(shared|carousel\/(?!strings\.\w\w\.)))/;

/** What a bundler can import; `package.json` maps its `exports` to these. */
const MODULES = {
  carousel: 'src/elements/carousel/define.ts',
  'carousel-class': 'src/elements/carousel/carousel.ts',
  viewer: 'src/elements/viewer/define.ts',
  'viewer-class': 'src/elements/viewer/viewer.ts',
  tracker: 'src/tracker/tracker.ts',
};

const common: InlineConfig = { root, configFile: false, logLevel: 'warn', publicDir: false };
const es2022 = { target: 'es2022', emptyOutDir: false, modulePreload: false } as const;

const chunks = filesOf(
  await build({
    ...common,
    plugins: [squeezeTemplates()],
    build: {
      ...es2022,
      outDir: versionFolder,
      // A library: for an application Vite would add its preload helper, which writes links into the page's head.
      lib: { entry: absolute(CHUNKS), formats: ['es'] },
      rolldownOptions: {
        // With `strict`, what both elements use would be a file of its own, and 0.4 kB more for brotli to repeat.
        preserveEntrySignatures: 'allow-extension',
        output: {
          entryFileNames: '[name]-[hash:6].js',
          chunkFileNames: '[name]-[hash:6].js',
          minify: true,
          codeSplitting: {
            groups: [{ name: 'carousel', test: (id) => IN_CAROUSEL.test(id), includeDependenciesRecursively: false }],
          },
        },
      },
    },
  }),
);

await build({
  ...common,
  define: {
    __VERSION__: JSON.stringify(version),
    __CHUNKS__: JSON.stringify(Object.fromEntries(Object.keys(CHUNKS).map((name) => [name, filesOfChunk(name)]))),
  },
  build: {
    ...es2022,
    outDir: tagFolder,
    rolldownOptions: { input: `${root}/src/tag/vitrine.ts`, output: { format: 'iife', entryFileNames: 'vitrine.js' } },
  },
});
await writeFile(`${versionFolder}/vitrine.js`, await readFile(`${tagFolder}/vitrine.js`));

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

function absolute(entries: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(entries).map(([name, path]) => [name, `${root}/${path}`]));
}

function filesOf(output: Awaited<ReturnType<typeof build>>): Rolldown.OutputChunk[] {
  const [result] = [output].flat() as Rolldown.RolldownOutput[];
  return (result?.output ?? []).flatMap((file) => (file.type === 'chunk' ? [file] : []));
}

/** A chunk and all that it imports, itself first: the tag asks for them at once, without a round trip per import. */
function filesOfChunk(name: string): string[] {
  const files = new Set<string>();
  const add = (file: string) => {
    if (files.has(file)) return;
    files.add(file);
    for (const imported of chunks.find(({ fileName }) => fileName === file)?.imports ?? []) add(imported);
  };
  add(chunks.find((chunk) => chunk.isEntry && chunk.name === name)?.fileName ?? '');
  return [...files];
}

/** Makes as small as can be what every visitor downloads: Terser finds 2 % that Vite leaves, then brotli and gzip at their best. */
async function shrink(folder: string): Promise<void> {
  for (const file of await readdir(folder)) {
    if (!file.endsWith('.js')) continue;
    const path = `${folder}/${file}`;
    const source = await readFile(path, 'utf8');
    const { code = source } = await minify(source, {
      ecma: 2020,
      module: file !== 'vitrine.js',
      // Nothing of ours asks a function how many parameters it has, or calls one with `new` that is not a class.
      compress: { keep_fargs: false, unsafe_arrows: true },
    });
    await writeFile(path, code);
    const brotli = { params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY } };
    await writeFile(`${path}.br`, brotliCompressSync(code, brotli));
    await writeFile(`${path}.gz`, gzipSync(code, { level: constants.Z_BEST_COMPRESSION }));
  }
}
