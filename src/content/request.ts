import { VitrineError } from './error.ts';
import type { ErrorAnswer } from './resources.ts';
import { text } from './text.ts';

/**
 * Asks the content API: everything the kit reads or writes there goes through here. The HTTP cache keeps answers and
 * asks whether they still hold.
 * @param answering what brings the answer: `fetch`, or what can watch an upload
 * @param signal what may have ended it
 * @returns the `data` of the answer, of which nothing is known but that it is there, unless the status is 201
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
    // A 404 that is not the API's own (a wrong address) says nothing about streams.
    const code = metadata?.code === 404 ? 'not_found' : 'refused';
    throw new VitrineError(code, text(data?.detail || data?.message || data) || `HTTP ${status}`, status);
  }
  // Only "Created" is said without any.
  if (!data && status !== 201) throw malformed('data: expected an object', status);
  return data;
}

export function malformed(message: string, status?: number): VitrineError {
  return new VitrineError('malformed', message, status);
}
