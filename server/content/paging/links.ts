import type { Link } from '../../../src/content/resources.ts';
import type { PublicAddress } from '../../http/public-address.ts';

/**
 * Writes the links of one answer. A link to an endpoint is protocol-relative and has the token and version of the
 * request, so that a client can follow it unchanged. A link to a file is absolute, for programs outside a browser.
 */
export interface Links {
  /** The link to an endpoint, such as `/media/7`. */
  to(path: string, query?: Record<string, string | number>): { href: string };
  /** The target of a form. It has no token and version, like the forms of the specification. */
  action(path: string): { href: string };
  /** The URL of a media file. */
  file(path: string): string;
}

/** The links of one page of a collection. */
export type PageLinks = Record<'first' | 'self' | 'prev' | 'next', Link>;

/** The link to a page that does not exist. */
export const NOWHERE: Link = { href: null };

const VERSIONS = /^(?:v?2\.[0-2]|beta)$/;

export function createLinks({ scheme, host }: PublicAddress, token: string, version: string | undefined): Links {
  // An answer can have a thousand links, so this part is made only once.
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
