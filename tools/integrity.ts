import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

/**
 * Subresource Integrity of the tag: `/v/{version}/integrity.json` has the hash of each file of a build.
 *
 *     npm run integrity -- https://ugc.example.com
 *
 * prints the tag and an import map to paste. The map pins the chunks that the tag imports, which the script element's
 * own `integrity` says nothing of.
 */

/** Hashes by name of file, as `integrity` attributes have them. */
export type Integrity = Record<string, string>;

const root = fileURLToPath(new URL('..', import.meta.url));

/** Writes `integrity.json` beside these files. */
export async function writeIntegrity(folder: string, files: readonly string[]): Promise<void> {
  const hashes = files.toSorted().map(async (file) => {
    const hash = createHash('sha384').update(await readFile(`${folder}/${file}`));
    return [file, `sha384-${hash.digest('base64')}`] as const;
  });
  const integrity: Integrity = Object.fromEntries(await Promise.all(hashes));
  await writeFile(`${folder}/integrity.json`, `${JSON.stringify(integrity, null, 2)}\n`);
}

/** A chunk that did not come is asked for again under its name with a `?` more, which to the browser is another file. */
const AGAIN = ['', '?', '??', '???'];

/**
 * What a shop pastes, in this order: an import map counts for what is imported after it.
 * @param folder the version's address, as `https://ugc.example.com/v/0.1.0/`
 * @param attributes of both scripts, as `nonce="…"`
 */
export function pinnedTag(integrity: Integrity, folder: string, key: string, attributes = ''): string {
  const { 'vitrine.js': tag = '', ...chunks } = integrity;
  const pins = Object.entries(chunks).flatMap(([file, hash]) => AGAIN.map((again) => [folder + file + again, hash]));
  const map = JSON.stringify({ integrity: Object.fromEntries(pins) });
  const own = attributes && ` ${attributes}`;
  return `<script type="importmap"${own}>${map}</script>
<script async src="${folder}vitrine.js" integrity="${tag}" crossorigin="anonymous" data-key="${key}"${own}></script>`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const service = URL.parse(process.argv[2] ?? '')?.origin;
  if (!service) {
    console.error('Say where the service is: npm run integrity -- https://ugc.example.com');
    process.exit(1);
  }
  const { version } = JSON.parse(await readFile(`${root}/package.json`, 'utf8')) as { version: string };
  const integrity = JSON.parse(await readFile(`${root}/dist/tag/v/${version}/integrity.json`, 'utf8')) as Integrity;
  console.log(pinnedTag(integrity, `${service}/v/${version}/`, 'YOUR_PUBLIC_KEY'));
}
