import { isIPv4, isIPv6 } from 'node:net';
import type { FastifyRequest } from 'fastify';
import { Address6 } from 'ip-address';

/** Characters of the longest way to write an address: IPv6 with IPv4 at its end, a zone, brackets and a port. */
const MAX_ADDRESS_CHARACTERS = 100;
/** Networks that are remembered, some 3 MB. Past it, all are forgotten. */
const MAX_KNOWN_NETWORKS = 20_000;

/**
 * Reads an address as sockets and proxies write it, and returns the one way to write it: without port, brackets and
 * zone, and as IPv4 where it is mapped into IPv6. Azure's gateways add the port of each connection to X-Forwarded-For.
 * @returns undefined for what is no address, as `unknown` and `_hidden` of RFC 7239
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
 * The address that a request came from. Where a trusted proxy names none that can be read, it is that of the nearest
 * proxy that does: whoever hides behind such a proxy shares its address.
 */
export function clientAddress({ ip, ips = [ip] }: Pick<FastifyRequest, 'ip' | 'ips'>): string {
  for (const written of ips.toReversed()) {
    // A socket that was closed meanwhile has none.
    const address = parseAddress(written ?? '');
    if (address !== undefined) return address;
  }
  return '';
}

const networks = new Map<string, string>();

/**
 * The network that an address is counted by: of IPv6 the first 64 bits, since a household or a server has 2^64 addresses
 * of its own, and IPv4 as it is. The networks of the latest addresses are remembered: to work one out takes 6 µs, a
 * tenth of a request.
 */
export function networkOf(address: string): string {
  if (!address.includes(':')) return address;
  let network = networks.get(address);
  if (network === undefined) {
    if (networks.size >= MAX_KNOWN_NETWORKS) networks.clear();
    network = new Address6(`${address}/64`).startAddress().correctForm();
    networks.set(address, network);
  }
  return network;
}

/** What the requests of one sender are counted by. */
export function clientNetwork(request: Pick<FastifyRequest, 'ip' | 'ips'>): string {
  return networkOf(clientAddress(request));
}

/** Whether a URL's host is this machine by its very name. */
export function isLoopback(hostname: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(hostname);
}
