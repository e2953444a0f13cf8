import { BlockList, isIPv4 } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { parseAddress } from './client-address.ts';

/** Networks that have a name in `VITRINE_TRUST_PROXY`. */
const NAMED_NETWORKS: Record<string, readonly string[]> = {
  loopback: ['127.0.0.0/8', '::1/128'],
  linklocal: ['169.254.0.0/16', 'fe80::/10'],
  uniquelocal: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7'],
};

/**
 * A check whether an address is that of a trusted proxy. Proxies in a row may write each other's addresses with ports,
 * which the framework's own check does not accept.
 * @param proxies addresses, networks and names of networks
 */
export function trusting(proxies: readonly string[]): (written: string) => boolean {
  const trusted = new BlockList();
  for (const network of proxies.flatMap((one) => NAMED_NETWORKS[one] ?? one)) {
    const [written = '', bits] = network.split('/');
    const address = bits === undefined ? (parseAddress(written) ?? written) : written;
    const family = isIPv4(address) ? 'ipv4' : 'ipv6';
    trusted.addSubnet(address, Number(bits ?? (family === 'ipv4' ? 32 : 128)), family);
  }
  return (written) => {
    const address = parseAddress(written);
    return address !== undefined && trusted.check(address, isIPv4(address) ? 'ipv4' : 'ipv6');
  };
}

/**
 * Warns once of a proxy that is not configured: its visitors share one address and its rate limits, and the service takes
 * its own scheme for `http`.
 */
export function warnOfUnknownProxy(app: FastifyInstance): void {
  let warned = false;
  app.addHook('onRequest', ({ headers }, _, done) => {
    done();
    if (warned || !('x-forwarded-for' in headers)) return;
    warned = true;
    app.log.warn(
      'A request has X-Forwarded-For, but no proxy is trusted: if one is yours, set VITRINE_TRUST_PROXY to its address. Until then all its visitors share one rate limit.',
    );
  });
}
