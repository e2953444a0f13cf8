import { open } from 'node:fs/promises';
import { sniff } from '../../media/formats.ts';
import { badUpload, toUploadError } from './refusals.ts';

/** The bytes read of a file. No signature is longer. */
const HEAD_BYTES = 64;

/**
 * Checks by its first bytes that a file is a picture or a video, before it is processed.
 * @throws {ContentError} 400
 */
export async function checkFile(path: string): Promise<void> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    if (bytesRead === 0) throw badUpload('The file is empty.');
    sniff(buffer.subarray(0, bytesRead));
  } catch (error) {
    throw toUploadError(error);
  } finally {
    await file.close();
  }
}
