import { isIPv4, isIPv6 } from 'node:net';
import type { FastifyRequest } from 'fastify';
import { Address6 } from 'ip-address';

/** Characters of an address. IPv6 that ends in IPv4, with a zone, brackets and a port, is the longest, and shorter. */
const MAX_ADDRESS_CHARACTERS = 100;
/** Addresses whose networks are cached, some 3 MB. Past it, the cache is cleared. */
const MAX_CACHED_NETWORKS = 20_000;

/**
 * Reads an address as sockets and proxies write it, and returns its one canonical form: without port, brackets and zone,
 * and as IPv4 where it is mapped into IPv6. Azure's gateways add the port of each connection to X-Forwarded-For.
 * @returns undefined for a text that is no address, as `unknown` and `_hidden` of RFC 7239
 */
export function parseAddress(written: string): string | undefined {
  if (isIPv4(written)) return written;
  if (written.length > MAX_ADDRESS_CHARACTERS) return;
  const [, four] = /^([\d.]+):\d{1,5}$/.exec(written) ?? [];
  if (four !== undefined) return isIPv4(four) ? four : undefined;
  const [, bracketed = written] = /^\[([^\]]+)\](?::\d{1,5})?$/.exec(written) ?? [];
  const [six = ''] = bracketed.split('%');
  if (!isIPv6(six)) return;
  const address = new Address6(six);
  return address.isMapped4() ? address.to4().correctForm() : address.correctForm();
}

/**
 * The address that a request came from. Where a trusted proxy names no readable address, it is the address of that proxy:
 * all who hide behind it share its address.
 */
export function clientAddress({ ip, ips = [ip] }: Pick<FastifyRequest, 'ip' | 'ips'>): string {
  for (const written of ips.toReversed()) {
    // A closed socket has no address.
    const address = parseAddress(written ?? '');
    if (address !== undefined) return address;
  }
  return '';
}

const networks = new Map<string, string>();

/**
 * The network by which an address is counted: the first 64 bits of IPv6, since a household or a server has 2^64
 * addresses of its own, and the whole address of IPv4. The result is cached: computing it takes 6 µs, a tenth of a
 * request.
 */
export function networkOf(address: string): string {
  if (!address.includes(':')) return address;
  let network = networks.get(address);
  if (network === undefined) {
    if (networks.size >= MAX_CACHED_NETWORKS) networks.clear();
    network = new Address6(`${address}/64`).startAddress().correctForm();
    networks.set(address, network);
  }
  return network;
}

/** The network by which the requests of one sender are counted. */
export function clientNetwork(request: Pick<FastifyRequest, 'ip' | 'ips'>): string {
  return networkOf(clientAddress(request));
}

/** Whether a URL's host is this machine, without looking the name up. */
export function isLoopback(hostname: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(hostname);
}
