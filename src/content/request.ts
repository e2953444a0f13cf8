import { VitrineError } from './error.ts';
import type { ErrorAnswer } from './resources.ts';
import { text } from './text.ts';

/**
 * Reads an answer of the content API. Every request of the kit to this API uses it.
 * @param answering the pending answer, of `fetch` or of an upload with progress
 * @param signal the signal of that request
 * @returns the `data` of the answer, unchecked; it is missing only where the status is 201
 * @throws {VitrineError} `network` without an answer, `not_found`, `refused` for any other error status, `malformed`
 * for an answer that is not the content API's; and the signal's reason when aborted
 */
export async function request(url: string, answering: Promise<Response>, signal?: AbortSignal): Promise<unknown> {
  let response: Response;
  let body: string;
  try {
    response = await answering;
    body = await response.text();
  } catch (error) {
    signal?.throwIfAborted();
    throw new VitrineError('network', `${url.split('?')[0]}: ${error}`);
  }
  const { status } = response;
  let answer: Partial<ErrorAnswer> = {};
  try {
    answer = JSON.parse(body) ?? {};
  } catch {}
  const { metadata, data } = answer;
  if (!response.ok) {
    // A 404 without the API's own body means a wrong address, not a missing entity.
    const code = metadata?.code === 404 ? 'not_found' : 'refused';
    throw new VitrineError(code, text(data?.detail || data?.message || data) || `HTTP ${status}`, status);
  }
  // Only an answer with 201 (Created) may have no data.
  if (!data && status !== 201) throw malformed('data: expected an object', status);
  return data;
}

export function malformed(message: string, status?: number): VitrineError {
  return new VitrineError('malformed', message, status);
}
