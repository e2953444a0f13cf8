import { STATUS_CODES } from 'node:http';
import type { FastifySchemaValidationError } from 'fastify';
import type { ErrorAnswer } from '../../src/content/resources.ts';
import { HttpError } from '../http/errors.ts';

export const ANSWER_VERSION = 'v2.0';

type Status = 400 | 401 | 403 | 404 | 413 | 415 | 429 | 503;

/**
 * The errors of `001-content-api-v2.2.txt`, "Error Code", word for word. Where the table's quotes do not pair, the
 * missing one is put back: names are quoted as in the text's example (`The parameter "id" is missing.`), and so are
 * the values whose closing quote the table still has.
 */
export class ContentError extends HttpError {
  override name = 'ContentError';
  /** What a person can do about it, where the specification's words do not say. */
  readonly detail: string | undefined;

  constructor(status: Status, message: string, detail?: string, retryAfter?: number) {
    super(status, message, retryAfter);
    this.detail = detail;
  }
}

export const invalidCredentials = (detail?: string) => new ContentError(401, 'Invalid Credentials.', detail);

export const notAllowed = (detail?: string) =>
  new ContentError(403, 'The authenticated customer is not allowed to access the selected resource.', detail);

export const notFound = (type: EntityType, id: string | number) =>
  new ContentError(404, `No entity of type ${type} was found with id ${id}.`);

export const inactive = (type: EntityType, id: string | number) =>
  new ContentError(404, `The requested entity ${type} with the id "${id}" is inactive.`);

export const noPagination = () => new ContentError(404, 'No pagination found.');

export const missing = (parameter: string) => new ContentError(400, `The parameter "${parameter}" is missing.`);

export const invalidType = (parameter: string, sent: string, expected: string) =>
  new ContentError(400, `The parameter "${parameter}" received an invalid type ${sent}, expected was ${expected}.`);

export const invalidValue = (parameter: string, sent: unknown, expected: string) =>
  new ContentError(
    400,
    `The parameter "${parameter}" received an invalid value "${String(sent).slice(0, 200)}", expected was "${expected}".`,
  );

export const unknownCharset = (parameter: string) =>
  new ContentError(400, `There were an issue trying to identify the charset of the parameter "${parameter}".`);

export type EntityType = 'Customer' | 'Media' | 'Stream' | 'Category' | 'User' | 'Widget' | 'WidgetSetting' | 'Stash';

export function errorAnswer(status: number, message: string, detail?: string): ErrorAnswer {
  return {
    metadata: { code: status, message: STATUS_CODES[status] ?? 'Error', version: ANSWER_VERSION },
    data: { message, ...(detail !== undefined && { detail }) },
  };
}

/** What the validator complains about, in the specification's words. `sent` are the parameters as they came. */
export function fromValidation(error: FastifySchemaValidationError, sent: Record<string, unknown>): ContentError {
  const params = error.params as Record<string, unknown>;
  if (error.keyword === 'required') return missing(String(params.missingProperty));
  const parameter = error.instancePath.split('/')[1] ?? '';
  if (error.keyword === 'minLength') return missing(parameter);
  const value = sent[parameter];
  if (error.keyword === 'type' || Array.isArray(value))
    return invalidType(parameter, Array.isArray(value) ? 'array' : typeof value, String(params.type ?? 'string'));
  if (error.keyword === 'enum') return invalidValue(parameter, value, (params.allowedValues as string[]).join(', '));
  return invalidValue(parameter, value, EXPECTED[error.keyword]?.(params.limit) ?? error.keyword);
}

const EXPECTED: Record<string, (limit: unknown) => string> = {
  minimum: (limit) => `at least ${limit}`,
  maximum: (limit) => `at most ${limit}`,
  maxLength: (limit) => `at most ${limit} characters`,
};
