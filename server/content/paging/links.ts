import type { Link } from '../../../src/content/resources.ts';
import type { PublicAddress } from '../../http/public-address.ts';

/**
 * How this answer's addresses are written. Links are protocol-relative, with the token and version that the asker used,
 * so that they can be followed as they are. Files have absolute addresses: programs outside a browser open those as they
 * stand.
 */
export interface Links {
  /** To an endpoint, as `/media/7`. */
  to(path: string, query?: Record<string, string | number>): { href: string };
  /** To an endpoint that a form posts to: without token and version, as the specification's forms have it. */
  action(path: string): { href: string };
  /** To a file of ours. */
  file(path: string): string;
}

/** The links of a page that is one of many. */
export type PageLinks = Record<'first' | 'self' | 'prev' | 'next', Link>;

/** The link to a page that there is not. */
export const NOWHERE: Link = { href: null };

const VERSIONS = /^(?:v?2\.[0-2]|beta)$/;

export function createLinks({ scheme, host }: PublicAddress, token: string, version: string | undefined): Links {
  // Written once: an answer has a thousand links.
  const credentials = `auth_token=${encodeURIComponent(token)}&version=${version && VERSIONS.test(version) ? version : 'v2.2'}`;
  return {
    to(path, query = {}) {
      let own = '';
      for (const [name, value] of Object.entries(query)) own += `${name}=${encodeURIComponent(value)}&`;
      return { href: `//${host}${path}?${own}${credentials}` };
    },
    action: (path) => ({ href: `//${host}${path}` }),
    file: (path) => `${scheme}://${host}${path}`,
  };
}
