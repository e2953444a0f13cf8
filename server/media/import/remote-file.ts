import * as http from 'node:http';
import * as https from 'node:https';
import { isIP } from 'node:net';
import { isPublic, lookupPublic } from '../../http/networks.ts';
import { MAX_VIDEO_BYTES } from '../limits.ts';
import { RowError } from './rows.ts';

/** Milliseconds for a file to arrive, all redirects included. */
const FETCH_TIMEOUT_MS = 30_000;
/** Redirects on the way to a file: shops and their image hosts have one or two. */
const MAX_REDIRECTS = 5;
/** Times that a host gives no answer before it is asked no more: each may take as long as the time limit. */
const MAX_SILENCE = 3;
/** Characters of an address in a message. */
const MAX_SHOWN = 200;

const CLOSED = 'the connection was closed';
const REDIRECTS = [301, 302, 303, 307, 308];

export interface RemoteOptions {
  /** Whether addresses that are not of the internet may be asked: a CSV may come from somebody who must not reach them. */
  allowPrivate?: boolean | undefined;
  timeoutMs?: number;
  maxBytes?: number;
}

/** The files that CSVs name by their addresses. */
export class RemoteFiles {
  readonly #options: RemoteOptions;
  /** By host: how often it gave no answer since it last gave one. */
  readonly #silent = new Map<string, number>();

  constructor(options: RemoteOptions = {}) {
    this.#options = options;
  }

  /**
   * Fetches a file. What it is, its content says; the declared type is not asked.
   *
   * @param address as `https://cdn.example/a.jpg` or `//cdn.example/a.jpg`
   * @throws {RowError} when there is no such file, it is too large, or its host gives no answer
   */
  async read(address: string): Promise<Buffer> {
    const { timeoutMs = FETCH_TIMEOUT_MS } = this.#options;
    const signal = AbortSignal.timeout(timeoutMs);
    let url = urlOf(address, 'https://host.invalid');
    for (let redirects = 0; ; redirects++) {
      const answer = await this.#ask(url, address, signal);
      if (typeof answer !== 'string') return answer;
      if (redirects === MAX_REDIRECTS) throw refused(address, 'it is redirected too often');
      url = urlOf(answer, url.href, address);
    }
  }

  /** @returns the file, or where it is instead */
  async #ask(url: URL, address: string, signal: AbortSignal): Promise<Buffer | string> {
    const { host } = url;
    if ((this.#silent.get(host) ?? 0) >= MAX_SILENCE)
      throw refused(address, `${host} gave no answer ${MAX_SILENCE} times, and is not asked again`);
    try {
      const answer = await get(url, signal, this.#options);
      this.#silent.delete(host);
      return answer;
    } catch (error) {
      if (error instanceof NotThere) {
        this.#silent.delete(host);
        throw refused(address, error.message);
      }
      this.#silent.set(host, (this.#silent.get(host) ?? 0) + 1);
      throw refused(address, signal.aborted ? 'it takes too long' : (error as Error).message);
    }
  }
}

/** Whether a cell names a file by its address. */
export function isRemote(path: string): boolean {
  return /^(?:https?:)?\/\//i.test(path);
}

/** A host answered, and not with a file. */
class NotThere extends Error {}

function get(url: URL, signal: AbortSignal, { allowPrivate, maxBytes = MAX_VIDEO_BYTES }: RemoteOptions) {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  // A host that is an address is never looked up.
  if (!allowPrivate && isIP(host) !== 0 && !isPublic(host))
    return Promise.reject(new NotThere('the address is a private one'));
  const { request } = url.protocol === 'https:' ? https : http;
  return new Promise<Buffer | string>((resolve, reject) => {
    const headers = { accept: 'image/*, video/*', 'user-agent': 'Vitrine' };
    const outgoing = request(url, { headers, signal, ...(!allowPrivate && { lookup: lookupPublic }) }, (incoming) => {
      const { statusCode = 0, headers } = incoming;
      const stop = (reason: string) => {
        incoming.destroy();
        reject(new NotThere(reason));
      };
      if (REDIRECTS.includes(statusCode) && headers.location !== undefined) {
        incoming.destroy();
        resolve(headers.location);
        return;
      }
      if (statusCode !== 200) return stop(`it is answered with ${statusCode}`);
      const chunks: Buffer[] = [];
      let length = 0;
      incoming.on('data', (chunk: Buffer) => {
        length += chunk.length;
        if (length > maxBytes) stop(`it has more than ${maxBytes} bytes`);
        else chunks.push(chunk);
      });
      incoming.on('error', () => reject(new Error(CLOSED)));
      incoming.on('end', () => resolve(Buffer.concat(chunks)));
    });
    outgoing.on('error', reject);
    // Whatever else ends the connection (an answer that switches protocols), the promise must not wait for ever.
    outgoing.on('close', () => reject(new Error(CLOSED)));
    outgoing.end();
  });
}

function urlOf(written: string, base: string, address = written): URL {
  const url = URL.parse(written, base);
  if (!url || !['http:', 'https:'].includes(url.protocol)) throw refused(address, 'the address is none');
  if (url.username || url.password) throw refused(address, 'the address holds a password');
  return url;
}

function refused(address: string, reason: string): RowError {
  const shown = address.length > MAX_SHOWN ? `${address.slice(0, MAX_SHOWN)}…` : address;
  return new RowError(`${shown} cannot be fetched: ${reason}.`);
}
