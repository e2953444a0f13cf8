import { isAnalyticsId } from '../events/id.ts';
import { readDocument, writeCookie } from '../events/unclobbered.ts';

/** The name under which the specification's own clients keep the visitor's `analytics_id`. */
const NAME = '__olapicU';
/** The longest that browsers grant. */
const SECONDS = 400 * 86_400;
/** Folders of the page's path that are looked through for cookies; one that is deeper stays. */
const MAX_FOLDERS = 20;

/**
 * A first-party cookie that carries the visitor's id between subdomains, as it stands: ids are never parsed. Other clients
 * may have left cookies of the same name, for this host alone, another domain or a folder: they are adopted, and go.
 */
export interface Cookie {
  /**
   * Of several, that of a domain: it is the one that the other subdomains see, too. Those of this host alone are erased
   * then, as there is no other way to tell them apart.
   */
  get(): string | undefined;
  /** An id that a cookie cannot carry as it stands is not mirrored, and an older one goes. */
  set(id: string): void;
  delete(): void;
}

/** @param domain as in `shop.example`, for `www.shop.example` and `checkout.shop.example` */
export function createCookie(domain: string): Cookie {
  const write = (value: string, seconds: number, within: string, path = '/') => {
    const place = within && `; Domain=${within}`;
    const secure = location.protocol === 'https:' ? '; Secure' : '';
    // The Cookie Store API is asynchronous and not in every browser.
    writeCookie(`${NAME}=${value}${place}; Path=${path}; Max-Age=${seconds}; SameSite=Lax${secure}`);
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
        write(id, SECONDS, domain);
        if (values().length < 2) return;
        eraseAll();
        write(id, SECONDS, domain);
      }),
    delete: () => unlessForbidden(eraseAll),
  };
}

/** In place of a domain: the cookie is seen by no other host. */
const THIS_HOST = '';

/** Of all cookies of the name that the page sees, in the browser's order. It tells nothing else of them. */
function values(): string[] {
  return [...readDocument('cookie').matchAll(RegExp(`(?:^|; )${NAME}=([^;]+)`, 'g'))].map(([, value = '']) => value);
}

/** Every path that a cookie of this page can have. */
function pathsOfPage(): string[] {
  const parts = location.pathname.split('/').slice(0, MAX_FOLDERS);
  return parts.map((_, depth) => parts.slice(0, depth + 1).join('/')).flatMap((path) => [path, `${path}/`]);
}

/** Every domain that a cookie of this page can have; browsers refuse those that are a registry's. */
function domainsOfPage(): string[] {
  return location.hostname.split('.').map((_, depth, labels) => labels.slice(depth).join('.'));
}

/** A sandboxed frame has no cookies, and may not ask for them. */
function unlessForbidden<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {}
}
