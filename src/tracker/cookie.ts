import { isAnalyticsId } from '../events/id.ts';
import { readDocument, writeCookie } from '../events/unclobbered.ts';

/** The name under which the specification's own clients keep the visitor's `analytics_id`. */
const NAME = '__olapicU';
/** Browsers shorten a longer lifetime to this one. */
const MAX_AGE_SECONDS = 400 * 86_400;
/** Folders of the page's path in which cookies are erased. A cookie of a deeper folder stays. */
const MAX_FOLDERS = 20;

/**
 * A first-party cookie that carries the visitor's id between subdomains. The id is never parsed. Other clients may have set
 * cookies of the same name for this host, another domain or a folder. Their id is adopted, and the cookies are replaced.
 */
export interface Cookie {
  /**
   * The id. Among several cookies, a domain's cookie counts, because the other subdomains see it as well. Nothing but
   * erasure tells the cookies of this host apart, so these are erased.
   */
  get(): string | undefined;
  /** Stores the id. For an id with characters that a cookie cannot carry, the cookies are erased. */
  set(id: string): void;
  delete(): void;
}

/** @param domain as in `shop.example`, for `www.shop.example` and `checkout.shop.example` */
export function createCookie(domain: string): Cookie {
  const write = (value: string, maxAge: number, within: string, path = '/') => {
    const scope = within && `; Domain=${within}`;
    const secure = location.protocol === 'https:' ? '; Secure' : '';
    // The Cookie Store API is asynchronous, and some browsers do not have it.
    writeCookie(`${NAME}=${value}${scope}; Path=${path}; Max-Age=${maxAge}; SameSite=Lax${secure}`);
  };

  const eraseIn = (domains: string[]) => {
    for (const within of domains) for (const path of pathsOfPage()) write('', 0, within, path);
  };
  const eraseAll = () => {
    if (values().length) eraseIn([THIS_HOST, ...domainsOfPage()]);
  };

  return {
    get: () =>
      unlessForbidden(() => {
        const ids = values();
        if (new Set(ids).size > 1) eraseIn([THIS_HOST]);
        return [...values(), ...ids].find(isAnalyticsId);
      }),
    set: (id) =>
      unlessForbidden(() => {
        // The characters of RFC 6265 §4.1.1.
        if (!/^[!#-+\--:<-[\]-~]+$/.test(id)) return eraseAll();
        write(id, MAX_AGE_SECONDS, domain);
        if (values().length < 2) return;
        eraseAll();
        write(id, MAX_AGE_SECONDS, domain);
      }),
    delete: () => unlessForbidden(eraseAll),
  };
}

/** Instead of a domain: no other host sees the cookie. */
const THIS_HOST = '';

/** The values of all cookies of the name that the page sees, in the browser's order. Nothing else about them is known. */
function values(): string[] {
  return [...readDocument('cookie').matchAll(RegExp(`(?:^|; )${NAME}=([^;]+)`, 'g'))].map(([, value = '']) => value);
}

/** Every path that a cookie of this page can have. */
function pathsOfPage(): string[] {
  const parts = location.pathname.split('/').slice(0, MAX_FOLDERS);
  return parts.map((_, depth) => parts.slice(0, depth + 1).join('/')).flatMap((path) => [path, `${path}/`]);
}

/** Every domain that a cookie of this page can have. Browsers refuse those of the public suffix list. */
function domainsOfPage(): string[] {
  return location.hostname.split('.').map((_, depth, labels) => labels.slice(depth).join('.'));
}

/** In a sandboxed frame, access to cookies throws. */
function unlessForbidden<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {}
}
