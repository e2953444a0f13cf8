import type { Link } from '../../src/content/resources.ts';
import { ContentError } from './errors.ts';

/**
 * How this answer's links are written: protocol-relative, with the token and version that the asker used, so that
 * they can be followed as they are.
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

/** A name or an address, with or without port: anything else in a Host header would end up in our links. */
const HOST = /^(?:[a-z0-9](?:[a-z0-9._-]{0,251}[a-z0-9])?|\[[0-9a-f:.]{2,45}\])(?::\d{1,5})?$/i;
const VERSIONS = /^(?:v?2\.[0-2]|beta)$/;

/** @param host the request's Host (or, behind a trusted proxy, X-Forwarded-Host) */
export function createLinks(host: string, token: string, version: string | undefined): Links {
  if (!HOST.test(host)) throw new ContentError(400, 'The header "Host" is not the name of a host.');
  // Written once: an answer has a thousand links.
  const credentials = `auth_token=${encodeURIComponent(token)}&version=${version && VERSIONS.test(version) ? version : 'v2.2'}`;
  return {
    to(path, query = {}) {
      let own = '';
      for (const [name, value] of Object.entries(query)) own += `${name}=${encodeURIComponent(value)}&`;
      return { href: `//${host}${path}?${own}${credentials}` };
    },
    action: (path) => ({ href: `//${host}${path}` }),
    file: (path) => `//${host}${path}`,
  };
}
