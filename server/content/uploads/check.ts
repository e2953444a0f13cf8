import { open } from 'node:fs/promises';
import { sniff } from '../../media/formats.ts';
import { badUpload, refusalOfMedia } from './refusals.ts';

/** More than any signature is long. */
const HEAD_BYTES = 64;

/** Refuses by its first bytes what is neither a picture nor a video, before anything is done with it. */
export async function checkFile(path: string): Promise<void> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    if (bytesRead === 0) throw badUpload('The file is empty.');
    sniff(buffer.subarray(0, bytesRead));
  } catch (error) {
    throw refusalOfMedia(error);
  } finally {
    await file.close();
  }
}
