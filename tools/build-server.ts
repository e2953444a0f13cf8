import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'vite';
import { markOf } from './mark.ts';

/**
 * Builds the service into `dist/server/`: a start reads a dozen files there instead of a thousand, and takes 1.4 s of a
 * processor instead of 2.4.
 */

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = `${root}dist/server`;

/** Each is a process or a thread of its own, and a file of this name. */
const ENTRIES = {
  main: 'server/main.ts',
  admin: 'server/admin/cli.ts',
  import: 'server/media/import-cli.ts',
  backup: 'server/backup/cli.ts',
  'writer-thread': 'server/store/events/writer-thread.ts',
  'reader-thread': 'server/store/events/reader-thread.ts',
  'eraser-thread': 'server/store/events/erasure/eraser-thread.ts',
  encoder: 'server/media/avif/encoder.ts',
};

/** Their files are not code alone: binaries for this machine, and pages. */
const LEFT_AS_IMPORTS = ['better-sqlite3', 'sharp', '@fastify/swagger-ui'];

/** Modules name the files of threads, and the project's folder, from where they stand themselves. */
const fromHere: Plugin = {
  name: 'from-here',
  enforce: 'pre',
  transform(code, id) {
    if (!id.startsWith(`${root}server/`)) return;
    return code
      .replace(/new URL\('\.\/([\w-]+)\.ts', import\.meta\.url\)/g, "new URL('./$1.js', import.meta.url)")
      .replace("new URL('..', import.meta.url)", "new URL('../..', import.meta.url)");
  },
};

/** Builds it unless what is there was built of the same sources. */
export async function buildServer(): Promise<void> {
  const mark = await markOf(root, ['package-lock.json', 'server', 'src', 'tools']);
  const markFile = `${folder}/mark`;
  if ((await readFile(markFile, 'utf8').catch(() => '')) === mark) return;
  await build({
    root,
    configFile: false,
    logLevel: 'warn',
    publicDir: false,
    plugins: [fromHere],
    ssr: { noExternal: true, external: LEFT_AS_IMPORTS },
    build: {
      ssr: true,
      target: 'node22',
      outDir: folder,
      emptyOutDir: true,
      minify: false,
      rolldownOptions: {
        input: Object.fromEntries(Object.entries(ENTRIES).map(([name, path]) => [name, `${root}${path}`])),
        output: { entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
      },
    },
  });
  await writeFile(markFile, mark);
}

if (import.meta.main) await buildServer();
