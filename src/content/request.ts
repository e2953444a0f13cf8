import { VitrineError } from './error.ts';
import type { Answer, ErrorAnswer } from './resources.ts';
import { text } from './text.ts';

/**
 * Asks the content API: everything the kit reads or writes there goes through here. The HTTP cache keeps answers and
 * asks whether they still hold.
 * @param answering what brings the answer; an upload that is watched needs another than `fetch`
 * @returns the `data` of the answer, of which nothing is known; `{}` where there is none (201)
 * @throws {VitrineError} `network` without an answer, `not_found`, `refused` for any other error status, `malformed`
 * for an answer that is not the content API's; and the signal's reason when aborted
 */
export async function request(url: string, init: RequestInit, answering = fetch(url, init)): Promise<unknown> {
  let response: Response;
  let body: string;
  try {
    response = await answering;
    body = await response.text();
  } catch (error) {
    init.signal?.throwIfAborted();
    throw new VitrineError('network', `${url.split('?')[0]}: ${error}`);
  }
  const { status } = response;
  let answer: Partial<Answer<unknown>> | null = null;
  try {
    answer = JSON.parse(body);
  } catch {}
  if (!response.ok) {
    // A 404 that is not the API's own (a wrong address) says nothing about streams.
    const unknown = status === 404 && answer?.metadata?.code === status;
    const message = text((answer as ErrorAnswer | null)?.data?.message);
    throw new VitrineError(unknown ? 'not_found' : 'refused', message || `HTTP ${status}`, status);
  }
  if (!answer?.metadata) throw malformed('metadata: expected an answer of the content API', status);
  return answer.data ?? {};
}

export function malformed(message: string, status?: number): VitrineError {
  return new VitrineError('malformed', message, status);
}
