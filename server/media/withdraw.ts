import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { hasFiles } from './files.ts';
import { hashFolder, mediaFolder, rejectedFolder } from './paths.ts';

/** Takes the files of a media away from where URLs reach them. Done already is no error. */
export async function withdrawFiles(data: string, hash: string): Promise<void> {
  await move(mediaFolder(data), rejectedFolder(data), hash);
}

/** Puts them back. */
export async function restoreFiles(data: string, hash: string): Promise<void> {
  await move(rejectedFolder(data), mediaFolder(data), hash);
}

async function move(from: string, to: string, hash: string): Promise<void> {
  if (!(await hasFiles(from, hash))) return;
  const [source, place] = [hashFolder(from, hash), hashFolder(to, hash)];
  if (await hasFiles(to, hash)) return rm(source, { recursive: true, force: true });
  await mkdir(dirname(place), { recursive: true });
  await rename(source, place);
}
