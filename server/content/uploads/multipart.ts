import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { MultipartFile } from '@fastify/multipart';
import type { FastifyError, FastifyRequest } from 'fastify';
import { ContentError, invalidType, invalidValue } from '../errors.ts';
import type { FormFields } from './fields.ts';
import { MAX_FIELD_BYTES, MAX_FIELDS, MAX_FILE_BYTES, MAX_FILES, MAX_PARTS } from './limits.ts';
import { badUpload } from './refusals.ts';
import type { FilePart, UploadedFiles } from './uploaded-files.ts';

/**
 * Reads a multipart form: its fields into `fields`, and its files to disk.
 * @throws {ContentError} 400 and 413
 */
export async function readMultipart(
  request: FastifyRequest,
  uploadedFiles: UploadedFiles,
  fields: FormFields,
): Promise<void> {
  let fieldBytes = 0;
  try {
    for await (const part of request.parts(parserOptions(fields))) {
      const { fieldname: name } = part;
      if (part.type === 'file') {
        if (await receive(part, uploadedFiles)) fields.addFile(name as FilePart, part.filename || 'unnamed');
      } else if (fields.knows(name)) {
        const value = String(part.value);
        fieldBytes += Buffer.byteLength(value);
        if (part.valueTruncated || fieldBytes > MAX_FIELD_BYTES)
          throw invalidValue(name, value, `at most ${MAX_FIELD_BYTES} bytes`);
        // The parser puts this character in the place of bytes that are not UTF-8.
        fields.addText(name, value.includes('\ufffd') ? undefined : value);
      }
    }
  } catch (error) {
    // The rest of the body is read and dropped, because a client reads the answer only after it has sent everything.
    request.raw.unpipe();
    request.raw.resume();
    throw toContentError(error);
  }
}

function parserOptions(fields: FormFields) {
  return {
    isPartAFile: (name: string | undefined) => fields.isFile(name),
    limits: {
      // `receive` counts the bytes of a file, and stops at its limit.
      fileSize: Number.POSITIVE_INFINITY,
      fieldSize: MAX_FIELD_BYTES,
      fields: MAX_FIELDS,
      files: MAX_FILES,
      parts: MAX_PARTS,
      headerPairs: 32,
      headerSize: 16 * 1024,
    },
  };
}

/** @returns false for the empty part that a browser sends if no file was chosen */
async function receive({ fieldname, filename, file }: MultipartFile, uploadedFiles: UploadedFiles): Promise<boolean> {
  const name = fieldname as FilePart;
  if (uploadedFiles.paths.has(name)) throw invalidType(name, 'array', 'file');
  const path = join(await uploadedFiles.folder(), name);
  let bytes = 0;
  const bounded = async function* (chunks: AsyncIterable<Buffer>) {
    for await (const chunk of chunks) {
      bytes += chunk.length;
      if (bytes > MAX_FILE_BYTES) throw tooLarge();
      yield chunk;
    }
  };
  await pipeline(file, bounded, createWriteStream(path, { flags: 'wx' }));
  if (bytes === 0 && !filename) {
    await rm(path);
    return false;
  }
  uploadedFiles.paths.set(name, path);
  return true;
}

function tooLarge(): ContentError {
  return badUpload(`The file has more than ${MAX_FILE_BYTES / 1024 / 1024} MB.`, 413);
}

/** An error of the parser is the client's mistake. An error of the disk is passed on as it is. */
function toContentError(error: unknown): unknown {
  if (error instanceof ContentError || (error as NodeJS.ErrnoException).syscall) return error;
  if ((error as FastifyError).statusCode === 413)
    return new ContentError(413, `A form has at most ${MAX_FIELDS} fields, ${MAX_FILES} files and ${MAX_PARTS} parts.`);
  return new ContentError(400, `The form cannot be read: ${(error as Error).message}`);
}
