import * as http from 'node:http';
import * as https from 'node:https';
import { isIP } from 'node:net';
import { isLoopback } from '../http/client-address.ts';
import { isPublic, lookupPublic } from '../http/networks.ts';

/** Bytes of an answer, of which the protocol's are far shorter. A longer one fails. */
const MAX_ANSWER_BYTES = 65_536;

export interface Answer {
  status: number;
  body: string;
  /** Milliseconds of `Retry-After`. */
  retryAfterMs?: number | undefined;
}

export interface PostOptions {
  headers: Record<string, string>;
  body: string;
  signal: AbortSignal;
  agents: Agents;
  /** Whether the request may go to private addresses, and to this machine without TLS. */
  allowPrivate: boolean;
}

/** Pools of connections, by protocol. */
export interface Agents {
  'http:': http.Agent;
  'https:': https.Agent;
}

export function openAgents(): Agents {
  const options = { keepAlive: true, maxFreeSockets: 4, timeout: 30_000 };
  return { 'http:': new http.Agent(options), 'https:': new https.Agent(options) };
}

/** Posts JSON to another server. It follows no redirect, and goes to no private address unless allowed. */
export function post(url: URL, { headers, body, signal, agents, allowPrivate }: PostOptions): Promise<Answer> {
  const { protocol, hostname } = url;
  const host = hostname.replace(/^\[|\]$/g, '');
  if (protocol !== 'https:' && !(protocol === 'http:' && allowPrivate && isLoopback(hostname)))
    return Promise.reject(new Error('only https is relayed to'));
  // The lookup below does not run for a host that is an address.
  if (!allowPrivate && isIP(host) !== 0 && !isPublic(host))
    return Promise.reject(new Error('the address is a private one'));
  const { request } = protocol === 'https:' ? https : http;
  return new Promise((resolve, reject) => {
    const outgoing = request(
      url,
      {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
        agent: agents[protocol as keyof Agents],
        signal,
        ...(!allowPrivate && { lookup: lookupPublic }),
      },
      (incoming) => {
        const chunks: Buffer[] = [];
        let length = 0;
        incoming.on('data', (chunk: Buffer) => {
          length += chunk.length;
          chunks.push(chunk);
          if (length > MAX_ANSWER_BYTES) incoming.destroy(new Error('the answer is too long'));
        });
        incoming.on('error', reject);
        incoming.on('end', () =>
          resolve({
            status: incoming.statusCode ?? 0,
            body: Buffer.concat(chunks).toString(),
            retryAfterMs: parseRetryAfter(incoming.headers['retry-after']),
          }),
        );
      },
    );
    outgoing.on('error', reject);
    // The promise must settle whatever ends the connection, as an answer that switches protocols.
    outgoing.on('close', () => reject(new Error('the connection was closed')));
    outgoing.end(body);
  });
}

/** @param written seconds, or a date */
function parseRetryAfter(written: string | undefined): number | undefined {
  if (written === undefined) return;
  const wait = /^\d{1,9}$/.test(written) ? Number(written) * 1000 : Date.parse(written) - Date.now();
  return Number.isNaN(wait) ? undefined : Math.max(0, wait);
}
