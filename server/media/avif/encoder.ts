import { access, readFile } from 'node:fs/promises';
import { constants, setPriority } from 'node:os';
import { join } from 'node:path';
import { addFiles } from '../files.ts';
import { renderAvif } from '../image.ts';
import { SMALLER_SIZES } from '../image-sizes.ts';
import { hashFolder, mediaFolder } from '../paths.ts';

/** A message to the encoder. It answers `done` or `failed`. */
export interface Job {
  hash: string;
  /** The name of the file that the smaller sizes are made from. */
  original: string;
}

/** `background.ts` starts this file as a process, with the data folder as its argument. */
const media = mediaFolder(process.argv[2] ?? '');
setPriority(constants.priority.PRIORITY_LOW);

process.on('message', async (job: Job) => {
  const answer = await encode(job).then(
    () => 'done',
    () => 'failed',
  );
  process.send?.(answer);
});

async function encode({ hash, original }: Job): Promise<void> {
  const folder = hashFolder(media, hash);
  // Another customer may have the same picture, with its AVIF files made already.
  if (await isThere(join(folder, `${SMALLER_SIZES.at(-1)}.avif`))) return;
  await addFiles(media, hash, await renderAvif(await readFile(join(folder, original))));
}

function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
