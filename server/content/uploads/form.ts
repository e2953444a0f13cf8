import multipart from '@fastify/multipart';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import Type from 'typebox';
import { endRequest } from '../../http/raw-answers.ts';
import { ContentError } from '../errors.ts';
import { type FieldValues, FormFields } from './fields.ts';
import { beginsJson, readJsonFields } from './json-fields.ts';
import { MAX_ARRIVING, MAX_FIELD_BYTES } from './limits.ts';
import { readMultipart } from './multipart.ts';
import { createPlaces } from './places.ts';
import { tooBusy } from './refusals.ts';
import { senderOf } from './sender.ts';
import { type FilePart, UploadedFiles } from './uploaded-files.ts';
import { readUrlencoded } from './urlencoded.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** The files of a form; null on routes that take no forms. */
    uploadedFiles: UploadedFiles | null;
  }
  interface FastifyContextConfig {
    /** The parts of this route's form that are files, whatever the form says about them. */
    files?: readonly FilePart[];
  }
}

/**
 * Lets all routes of this scope take forms, and nothing else. A form is multipart or urlencoded, or a JSON object under
 * any content type, or has all its fields in the query, as in the specification's examples. The fields are in
 * `request.body` when the schema is checked. The value of a file is its name; the file itself is on disk, in
 * `request.uploadedFiles`.
 *
 * @param incoming the folder for received files
 */
export function takeForms(app: FastifyInstance, incoming: string): void {
  app.removeAllContentTypeParsers();
  app.register(multipart, { isPartAFile: () => false, throwFileSizeLimit: false });
  app.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: MAX_FIELD_BYTES }, (_request, body, done) =>
    done(null, body),
  );
  // A file that is not in a form is refused for that reason before it is received, and not for its size.
  app.addContentTypeParser(/^(?:image|video|audio)\//, (_request, _body, done) => done(noForm()));

  const takePlace = createPlaces(MAX_ARRIVING);
  // The limit on bodies in memory counts only the fields of a form, not the files that are streamed to disk.
  app.addHook('onRoute', (route) => {
    route.config = { ...route.config, streamsForms: true };
  });
  app.decorateRequest('uploadedFiles', null);
  app.addHook('preValidation', async (request, reply) => {
    const uploadedFiles = new UploadedFiles(incoming);
    request.uploadedFiles = uploadedFiles;
    reply.raw.once('close', () => {
      if (uploadedFiles.state === 'arrived')
        uploadedFiles.discard().catch((error) => request.log.error({ err: error }));
    });
    const giveUp = () => endRequest(request.raw, reply.raw, 503, tooBusy().message);
    // A route without files needs no place.
    const leavePlace = request.routeOptions.config.files ? takePlace(senderOf(request), giveUp) : undefined;
    try {
      request.body = await readForm(request, uploadedFiles);
      if (request.raw.destroyed && !request.raw.complete) throw new ContentError(400, 'The form was cut off.');
    } catch (error) {
      await uploadedFiles.discard();
      throw error;
    } finally {
      leavePlace?.();
    }
    uploadedFiles.state = 'arrived';
    if (reply.raw.destroyed) await uploadedFiles.discard();
  });
  app.addHook('preHandler', async ({ uploadedFiles }) => {
    if (uploadedFiles) uploadedFiles.state = 'used';
  });
  app.addHook('onSend', async ({ uploadedFiles }) => {
    await uploadedFiles?.discard();
  });
}

/** The content types of forms for a route's schema. JSON, which cannot have files, is only mentioned in the document. */
export const FORM_TYPES = ['multipart/form-data', 'application/x-www-form-urlencoded'];

/** A file in the schema of a form. */
export function FileField(description: string) {
  return Type.String({ format: 'binary', description });
}

/** The fields that the route knows, of the form and of the query; a field of the form replaces one of the query. */
async function readForm(request: FastifyRequest, uploadedFiles: UploadedFiles): Promise<FieldValues> {
  const files = request.routeOptions.config.files ?? [];
  const { properties = {} } = (request.routeOptions.schema?.body ?? {}) as { properties?: object };
  const known = Object.keys(properties);
  const inQuery = new FormFields(known, files);
  const inForm = new FormFields(known, files);
  // The query also has parameters that are no fields of the form, so any name in it begins a new pair.
  for (const [name, value] of readUrlencoded(rawQueryOf(request), () => true)) inQuery.addText(name, value);
  if (request.isMultipart()) await readMultipart(request, uploadedFiles, inForm);
  else if (Buffer.isBuffer(request.body)) {
    const knows = (name: string) => inForm.knows(name);
    for (const [name, value] of readBody(request.headers['content-type'], request.body, knows))
      inForm.addText(name, value);
  }
  return { ...inQuery.values, ...inForm.values };
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

/** The query as it was sent. Fastify's parser does not read values that are not escaped. */
function rawQueryOf({ raw: { url = '' } }: FastifyRequest): string {
  const start = url.indexOf('?');
  return start < 0 ? '' : url.slice(start + 1);
}
