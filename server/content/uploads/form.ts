import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import multipart, { type MultipartFile } from '@fastify/multipart';
import type { FastifyError, FastifyInstance, FastifyRequest } from 'fastify';
import Type from 'typebox';
import { endRequest } from '../../http/raw-answers.ts';
import { ContentError, invalidType, invalidValue, unknownCharset } from '../errors.ts';
import { beginsJson, readJsonFields } from './json-fields.ts';
import { MAX_ARRIVING, MAX_FIELD_BYTES, MAX_FIELDS, MAX_FILE_BYTES, MAX_FILES, MAX_PARTS } from './limits.ts';
import { createPlaces } from './places.ts';
import { badUpload, tooBusy } from './refusals.ts';
import { senderOf } from './sender.ts';
import { type FilePart, Parcel } from './uploaded-files.ts';
import { readUrlencoded } from './urlencoded.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** The files of a form; null on routes that take no forms. */
    parcel: Parcel | null;
  }
  interface FastifyContextConfig {
    /** Which parts of this route's form are files, whatever they say of themselves. */
    files?: readonly FilePart[];
  }
}

/**
 * Lets all routes of this scope take forms, and nothing else: multipart, urlencoded, a JSON object under any other type or
 * that of forms, or all fields in the query, as the specification's own examples have them. The fields are `request.body` when the schema is checked; a file stands
 * there as its name, and lies on disk already, in `request.parcel`.
 *
 * @param incoming the folder for files that arrive
 */
export function takeForms(app: FastifyInstance, incoming: string): void {
  app.removeAllContentTypeParsers();
  app.register(multipart, { isPartAFile: () => false, throwFileSizeLimit: false });
  app.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: MAX_FIELD_BYTES }, (_request, body, done) =>
    done(null, body),
  );
  // A file alone is told so before it has come, and not that it is too long.
  app.addContentTypeParser(/^(?:image|video|audio)\//, (_request, _body, done) => done(noForm()));

  const takePlace = createPlaces(MAX_ARRIVING);
  // The guard of bodies counts forms by what they hold of memory, not by the files that pass through it.
  app.addHook('onRoute', (route) => {
    route.config = { ...route.config, streamsForms: true };
  });
  app.decorateRequest('parcel', null);
  app.addHook('preValidation', async (request, reply) => {
    const parcel = new Parcel(incoming);
    request.parcel = parcel;
    reply.raw.once('close', () => {
      if (parcel.state === 'arrived') parcel.discard().catch((error) => request.log.error({ err: error }));
    });
    const giveUp = () => endRequest(request.raw, reply.raw, 503, tooBusy().message);
    // Reports and users have no files, and need no place among those that have.
    const leavePlace = request.routeOptions.config.files ? takePlace(senderOf(request), giveUp) : undefined;
    try {
      request.body = await readForm(request, parcel);
      if (request.raw.destroyed && !request.raw.complete) throw cutOff();
    } catch (error) {
      await parcel.discard();
      throw error;
    } finally {
      leavePlace?.();
    }
    parcel.state = 'arrived';
    if (reply.raw.destroyed) await parcel.discard();
  });
  app.addHook('preHandler', async ({ parcel }) => {
    if (parcel) parcel.state = 'used';
  });
  app.addHook('onSend', async ({ parcel }) => {
    await parcel?.discard();
  });
}

/** As a route's schema says what `takeForms` takes. JSON has no files, so that the document says of it in words. */
export const FORM_TYPES = ['multipart/form-data', 'application/x-www-form-urlencoded'];

/** A file in the schema of a form. */
export function FileField(description: string) {
  return Type.String({ format: 'binary', description });
}

type Fields = Record<string, string | string[]>;

/** The fields that the route knows: those of the form, and those of the query that the form does not have. */
async function readForm(request: FastifyRequest, parcel: Parcel): Promise<Fields> {
  const files = request.routeOptions.config.files ?? [];
  const { properties = {} } = (request.routeOptions.schema?.body ?? {}) as { properties?: object };
  const known = Object.keys(properties);
  const inQuery = createFields(known, files);
  const inForm = createFields(known, files);
  // Of a query, only some names are this route's own: no unknown one says that a value goes on.
  for (const [name, value] of readUrlencoded(queryOf(request), () => true)) inQuery.addText(name, value);
  if (request.isMultipart()) await readMultipart(request, parcel, files, inForm);
  else if (Buffer.isBuffer(request.body))
    for (const [name, value] of readBody(request.headers['content-type'], request.body, inForm.knows))
      inForm.addText(name, value);
  return { ...inQuery.fields, ...inForm.fields };
}

function readBody(type: string | undefined, body: Buffer, known: (name: string) => boolean) {
  if (beginsJson(body)) return readJsonFields(body, known);
  if (body.length > 0 && !/^application\/x-www-form-urlencoded\b/i.test(type ?? '')) throw noForm();
  return readUrlencoded(body.toString('latin1'), known);
}

function noForm(): ContentError {
  return new ContentError(
    415,
    'Send a form, multipart/form-data or application/x-www-form-urlencoded, or a JSON object.',
  );
}

function createFields(known: readonly string[], files: readonly FilePart[]) {
  const fields: Fields = {};
  const add = (name: string, value: string) => {
    if (!known.includes(name)) return;
    const before = fields[name];
    if (before === undefined) fields[name] = value;
    else if (Array.isArray(before)) before.push(value);
    else fields[name] = [before, value];
  };
  return {
    fields,
    addFile: add,
    /** @param value undefined when it was not UTF-8 */
    addText(name: string, value: string | undefined) {
      // Forms send the fields that nobody filled in, too.
      if (value === '' || !known.includes(name) || isFile(name, files)) return;
      // NUL is UTF-8, and no character that a text has: databases and terminals end there.
      if (value === undefined || value.includes('\0')) throw unknownCharset(name);
      add(name, value);
    },
    knows: (name: string) => known.includes(name),
  };
}

async function readMultipart(
  request: FastifyRequest,
  parcel: Parcel,
  files: readonly FilePart[],
  form: ReturnType<typeof createFields>,
): Promise<void> {
  let fieldBytes = 0;
  try {
    for await (const part of request.parts(partsOf(files))) {
      const { fieldname: name } = part;
      if (part.type === 'file') {
        if (await receive(part, parcel)) form.addFile(name, part.filename || 'unnamed');
      } else if (form.knows(name)) {
        const value = String(part.value);
        fieldBytes += Buffer.byteLength(value);
        if (part.valueTruncated || fieldBytes > MAX_FIELD_BYTES)
          throw invalidValue(name, value, `at most ${MAX_FIELD_BYTES} bytes`);
        // What was not UTF-8 has been replaced by this character.
        form.addText(name, value.includes('\ufffd') ? undefined : value);
      }
    }
  } catch (error) {
    // The rest is read by nobody now, and would keep the sender from reading our answer.
    request.raw.unpipe();
    request.raw.resume();
    throw readable(error);
  }
}

/** As its bytes came: the framework's own reading knows no unescaped values. */
function queryOf({ raw: { url = '' } }: FastifyRequest): string {
  const start = url.indexOf('?');
  return start < 0 ? '' : url.slice(start + 1);
}

function partsOf(files: readonly FilePart[]) {
  return {
    isPartAFile: (name: string | undefined) => name !== undefined && isFile(name, files),
    limits: {
      fileSize: Number.POSITIVE_INFINITY, // counted by us, who stop there
      fieldSize: MAX_FIELD_BYTES,
      fields: MAX_FIELDS,
      files: MAX_FILES,
      parts: MAX_PARTS,
      headerPairs: 32,
      headerSize: 16 * 1024,
    },
  };
}

function isFile(name: string, files: readonly FilePart[]): name is FilePart {
  return (files as readonly string[]).includes(name);
}

/** @returns false for the part that a browser sends when no file was chosen */
async function receive({ fieldname, filename, file }: MultipartFile, parcel: Parcel): Promise<boolean> {
  const name = fieldname as FilePart;
  if (parcel.files.has(name)) throw invalidType(name, 'array', 'file');
  const path = join(await parcel.folder(), name);
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
  parcel.files.set(name, path);
  return true;
}

function tooLarge(): ContentError {
  return badUpload(`The file has more than ${MAX_FILE_BYTES / 1024 / 1024} MB.`, 413);
}

function cutOff(): ContentError {
  return new ContentError(400, 'The form was cut off.');
}

/** The parser's complaints are the sender's mistakes; the disk's are not. */
function readable(error: unknown): unknown {
  if (error instanceof ContentError || (error as NodeJS.ErrnoException).syscall) return error;
  if ((error as FastifyError).statusCode === 413)
    return new ContentError(413, `A form has at most ${MAX_FIELDS} fields, ${MAX_FILES} files and ${MAX_PARTS} parts.`);
  return new ContentError(400, `The form cannot be read: ${(error as Error).message}`);
}
