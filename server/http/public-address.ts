import type { FastifyBaseLogger, FastifyReply, FastifyRequest } from 'fastify';
import { isLoopback } from './client-address.ts';
import { varyBy } from './headers.ts';

/** What stands before the path in an address of this service, as its clients reach it. */
export interface PublicAddress {
  scheme: 'http' | 'https';
  /** A name or an address, with its port where it has one. */
  host: string;
}

/** A name or an address, with or without port: anything else in a Host header would end up in our answers. */
const HOST = /^(?:[a-z0-9](?:[a-z0-9._-]{0,251}[a-z0-9])?|\[[0-9a-f:.]{2,45}\])(?::\d{1,5})?$/i;

/**
 * Where the sender of a request reaches this service: at `VITRINE_PUBLIC_URL`, or else where the request was sent to.
 * Behind a trusted proxy that is what the proxy says in X-Forwarded-Host and X-Forwarded-Proto.
 * @param publicUrl an origin, as `https://ugc.example.com`
 * @returns undefined when the request names no host
 */
export function publicAddressOf(request: FastifyRequest, publicUrl: string | undefined): PublicAddress | undefined {
  if (publicUrl !== undefined) {
    const { protocol, host } = new URL(publicUrl);
    return { scheme: protocol === 'https:' ? 'https' : 'http', host };
  }
  const { host } = request;
  return HOST.test(host) ? { scheme: schemeOf(request, host), host } : undefined;
}

/** A trusted proxy may hand on what its visitor wrote, so that any other scheme counts as `http`. */
function schemeOf({ protocol, headers }: FastifyRequest, host: string): PublicAddress['scheme'] {
  if (protocol === 'https') return 'https';
  // Browsers let a page with TLS ask no service without, except one on the same machine (Mixed Content, section 4.4): a
  // proxy has taken the TLS off.
  return headers.origin?.startsWith('https://') && !isLoopback(hostnameOf(host)) ? 'https' : 'http';
}

function hostnameOf(host: string): string {
  return host.replace(/:\d{1,5}$/, '').toLowerCase();
}

/**
 * Says to caches which headers of the request the addresses in its answer depend on. Some shared caches keep answers by
 * path alone: without this, they would hand on to everybody what one sender wrote in its Host.
 */
export function varyByAddress(request: FastifyRequest, reply: FastifyReply, publicUrl: string | undefined): void {
  if (publicUrl !== undefined) return;
  // Without a trusted proxy nothing else is read.
  varyBy(reply, request.ips ? 'Host, X-Forwarded-Host, X-Forwarded-Proto' : 'Host');
}

/**
 * Says once in the log that answers carry an address at which their readers do not reach this service: that of this
 * machine, where a proxy or a page elsewhere asks, or a name that only the proxy knows.
 * @returns what looks at each request with its address
 */
export function createAddressWarning(log: FastifyBaseLogger): (request: FastifyRequest, host: string) => void {
  let warned = false;
  return (request, host) => {
    if (warned || !isOutOfReach(request, host)) return;
    warned = true;
    log.warn(
      `Pictures have addresses that begin with http://${host}, where pages seem not to reach them: set VITRINE_PUBLIC_URL to the address at which browsers reach the service, as https://ugc.example.com.`,
    );
  };
}

function isOutOfReach({ headers }: FastifyRequest, host: string): boolean {
  const { origin, 'x-forwarded-host': forwarded } = headers;
  if (!isLoopback(hostnameOf(host))) return forwarded !== undefined && nearest(forwarded) !== host.toLowerCase();
  const throughProxy = Object.keys(headers).some((name) => name === 'forwarded' || name.startsWith('x-forwarded-'));
  return throughProxy || (origin !== undefined && !isLoopback(URL.parse(origin)?.hostname ?? 'localhost'));
}

/** What the nearest of several proxies wrote. */
function nearest(forwarded: string | string[]): string {
  return String(forwarded).split(',').at(-1)?.trim().toLowerCase() ?? '';
}
