import * as http from 'node:http';
import * as https from 'node:https';
import { isIP } from 'node:net';
import { isPublic, lookupPublic } from '../../http/networks.ts';
import { MAX_VIDEO_BYTES } from '../limits.ts';
import { RowError } from './rows.ts';

/** The milliseconds for receiving a file, with all redirects. */
const FETCH_TIMEOUT_MS = 30_000;
/** The redirects on the way to a file. Shops and their image hosts have one or two. */
const MAX_REDIRECTS = 5;
/** The failed requests to a host after which it is not asked again, since each may take the whole time limit. */
const MAX_FAILURES = 3;
/** The characters of an address that a message shows. */
const MAX_SHOWN = 200;

const CLOSED = 'the connection was closed';
const REDIRECTS = [301, 302, 303, 307, 308];

export interface RemoteOptions {
  /** Whether private addresses may be asked. The author of a CSV may have no access to the private network. */
  allowPrivate?: boolean | undefined;
  timeoutMs?: number;
  maxBytes?: number;
}

/** The files that CSVs name by their addresses. */
export class RemoteFiles {
  readonly #options: RemoteOptions;
  /** By host: the failed requests since its last answer. */
  readonly #failures = new Map<string, number>();

  constructor(options: RemoteOptions = {}) {
    this.#options = options;
  }

  /**
   * Fetches a file. Its declared type is not used, since its content tells the format.
   *
   * @param address as `https://cdn.example/a.jpg` or `//cdn.example/a.jpg`
   * @throws {RowError} if the file does not exist or is too large, or its host does not answer
   */
  async read(address: string): Promise<Buffer> {
    const { timeoutMs = FETCH_TIMEOUT_MS } = this.#options;
    const signal = AbortSignal.timeout(timeoutMs);
    let url = urlOf(address, 'https://host.invalid');
    for (let redirects = 0; ; redirects++) {
      const answer = await this.#request(url, address, signal);
      if (typeof answer !== 'string') return answer;
      if (redirects === MAX_REDIRECTS) throw refused(address, 'it is redirected too often');
      url = urlOf(answer, url.href, address);
    }
  }

  /** @returns the file, or the location of a redirect */
  async #request(url: URL, address: string, signal: AbortSignal): Promise<Buffer | string> {
    const { host } = url;
    if ((this.#failures.get(host) ?? 0) >= MAX_FAILURES)
      throw refused(address, `${host} gave no answer ${MAX_FAILURES} times, and is not asked again`);
    try {
      const answer = await get(url, signal, this.#options);
      this.#failures.delete(host);
      return answer;
    } catch (error) {
      if (error instanceof NoFileError) {
        this.#failures.delete(host);
        throw refused(address, error.message);
      }
      this.#failures.set(host, (this.#failures.get(host) ?? 0) + 1);
      throw refused(address, signal.aborted ? 'it takes too long' : (error as Error).message);
    }
  }
}

/** Whether a cell has the address of a file. */
export function isRemote(path: string): boolean {
  return /^(?:https?:)?\/\//i.test(path);
}

/** A host has answered without the file. */
class NoFileError extends Error {}

function get(url: URL, signal: AbortSignal, { allowPrivate, maxBytes = MAX_VIDEO_BYTES }: RemoteOptions) {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  // Node looks up no host that is an IP address, so it is checked here.
  if (!allowPrivate && isIP(host) !== 0 && !isPublic(host))
    return Promise.reject(new NoFileError('the address is a private one'));
  const { request } = url.protocol === 'https:' ? https : http;
  return new Promise<Buffer | string>((resolve, reject) => {
    const headers = { accept: 'image/*, video/*', 'user-agent': 'Vitrine' };
    const outgoing = request(url, { headers, signal, ...(!allowPrivate && { lookup: lookupPublic }) }, (incoming) => {
      const { statusCode = 0, headers } = incoming;
      const stop = (reason: string) => {
        incoming.destroy();
        reject(new NoFileError(reason));
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
    // The connection may end in other ways too, for example when the protocol is switched. The promise must settle then.
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
