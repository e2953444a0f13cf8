import type { FastifyBaseLogger, FastifyReply, FastifyRequest } from 'fastify';
import { isLoopback } from './client-address.ts';
import { varyBy } from './headers.ts';

/** The part of the service's URLs before the path, as clients reach it. */
export interface PublicAddress {
  scheme: 'http' | 'https';
  /** A name or an address, with a port unless it is the default. */
  host: string;
}

/** A name or an address, with or without port. The host goes into answers, so no other text of a header may. */
const HOST = /^(?:[a-z0-9](?:[a-z0-9._-]{0,251}[a-z0-9])?|\[[0-9a-f:.]{2,45}\])(?::\d{1,5})?$/i;

/**
 * The address at which the sender of a request reaches this service: `VITRINE_PUBLIC_URL`, or else the address to which
 * the request was sent. A trusted proxy tells that in X-Forwarded-Host and X-Forwarded-Proto.
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

/** A trusted proxy may pass on a scheme that its visitor wrote, so any scheme but `https` counts as `http`. */
function schemeOf({ protocol, headers }: FastifyRequest, host: string): PublicAddress['scheme'] {
  if (protocol === 'https') return 'https';
  // Browsers send no request from a page with TLS to a service without, except on the same machine (Mixed Content,
  // section 4.4). So a proxy in front has ended the TLS.
  return headers.origin?.startsWith('https://') && !isLoopback(hostnameOf(host)) ? 'https' : 'http';
}

function hostnameOf(host: string): string {
  return host.replace(/:\d{1,5}$/, '').toLowerCase();
}

/**
 * Adds to `Vary` the headers on which the addresses in an answer depend. Without it, a shared cache that keeps answers by
 * their path would give everybody the address that one sender wrote in its Host.
 */
export function varyByAddress(request: FastifyRequest, reply: FastifyReply, publicUrl: string | undefined): void {
  if (publicUrl !== undefined) return;
  // Without a trusted proxy, forwarded headers are not read.
  varyBy(reply, request.ips ? 'Host, X-Forwarded-Host, X-Forwarded-Proto' : 'Host');
}

/**
 * Warns once when answers carry an address at which their readers cannot reach this service: that of this machine, for a
 * request of a proxy or of a page elsewhere, or a name that only the proxy knows.
 * @returns a function to call for each request, with the host of its address
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

/** The value of the nearest of several proxies. */
function nearest(forwarded: string | string[]): string {
  return String(forwarded).split(',').at(-1)?.trim().toLowerCase() ?? '';
}
