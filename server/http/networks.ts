import { type LookupAddress, lookup } from 'node:dns';
import { lookup as lookupNow } from 'node:dns/promises';
import { BlockList, isIP, type LookupFunction } from 'node:net';

/** Networks that are not the internet (IANA's special-purpose registries). No sender may make the service ask there. */
const PRIVATE = new BlockList();
for (const [net, prefix] of [
  ...[
    ['0.0.0.0', 8],
    ['10.0.0.0', 8],
    ['100.64.0.0', 10],
    ['127.0.0.0', 8],
    ['169.254.0.0', 16],
  ],
  ...[
    ['172.16.0.0', 12],
    ['192.0.0.0', 24],
    ['192.0.2.0', 24],
    ['192.88.99.0', 24],
    ['192.168.0.0', 16],
  ],
  ...[
    ['198.18.0.0', 15],
    ['198.51.100.0', 24],
    ['203.0.113.0', 24],
    ['224.0.0.0', 4],
    ['240.0.0.0', 4],
  ],
] as [string, number][])
  PRIVATE.addSubnet(net, prefix, 'ipv4');
/** The only range of IPv6 that is the internet. Some networks within it are private, see below. */
const GLOBAL = new BlockList();
GLOBAL.addSubnet('2000::', 3, 'ipv6');
for (const [net, prefix] of [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as [string, number][])
  PRIVATE.addSubnet(net, prefix, 'ipv6');

/** Whether an IP address is one of the internet. */
export function isPublic(address: string): boolean {
  if (isIP(address) === 4) return !PRIVATE.check(address, 'ipv4');
  // An address with a zone (`fe80::1%eth0`) is local.
  return (
    isIP(address) === 6 && !address.includes('%') && GLOBAL.check(address, 'ipv6') && !PRIVATE.check(address, 'ipv6')
  );
}

/** Milliseconds to look a name up. Past it, its network is unknown. */
const LOOKUP_TIMEOUT_MS = 3_000;

/**
 * The kind of network of a URL's host: public when one of its addresses is, since a connection would choose that one;
 * unknown when the name cannot be looked up now.
 */
export async function networkKindOf(hostname: string): Promise<'public' | 'private' | 'unknown'> {
  // A dot at the end is the DNS root; the name means the same without it.
  const host = hostname.replace(/^\[|\]$|\.$/g, '');
  if (isIP(host) !== 0) return isPublic(host) ? 'public' : 'private';
  const late = new Promise<LookupAddress[]>((resolve) => setTimeout(resolve, LOOKUP_TIMEOUT_MS, []).unref());
  const found = await Promise.race([lookupNow(host, { all: true }).catch(() => []), late]);
  if (found.length === 0) return 'unknown';
  return found.some(({ address }) => isPublic(address)) ? 'public' : 'private';
}

/**
 * A `lookup` for sockets that finds public addresses only. The connection itself calls it, so a name cannot have one
 * address when it is checked and another when it is used.
 */
export const lookupPublic: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, found) => {
    const addresses = error ? [] : (found as LookupAddress[]).filter(({ address }) => isPublic(address));
    const [first] = addresses;
    if (error || !first) callback(error ?? new Error(`${hostname} has no public address`), '');
    else if (options.all) callback(null, addresses);
    else callback(null, first.address, first.family);
  });
};
