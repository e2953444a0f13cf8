import { LIMITS } from '../events/limits.ts';

/** The name under which the specification's own clients keep the visitor's `analytics_id`. */
const NAME = '__olapicU';
/** The longest that browsers grant. */
const SECONDS = 400 * 86_400;

/** A first-party cookie that carries the visitor's id between subdomains, as it stands: ids are never parsed. */
export interface Cookie {
  read(): string | undefined;
  /** An id that a cookie cannot carry as it stands is not mirrored, and an older one goes. */
  write(id: string): void;
  erase(): void;
}

/** @param domain as in `shop.example`, for `www.shop.example` and `checkout.shop.example` */
export function createCookie(domain: string): Cookie {
  const set = (value: string, seconds: number) => {
    const secure = location.protocol === 'https:' ? '; Secure' : '';
    try {
      // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is asynchronous and not in every browser.
      document.cookie = `${NAME}=${value}; Domain=${domain}; Path=/; Max-Age=${seconds}; SameSite=Lax${secure}`;
    } catch {
      // A sandboxed frame has no cookies.
    }
  };
  const erase = () => set('', 0);
  return {
    read() {
      try {
        const value = document.cookie.match(`(?:^|; )${NAME}=([^;]+)`)?.[1];
        return value && value.length <= LIMITS.analyticsId ? value : undefined;
      } catch {
        // Nor may it read them.
      }
    },
    // The characters of RFC 6265 §4.1.1.
    write: (id) => (/^[!#-+\--:<-[\]-~]+$/.test(id) ? set(id, SECONDS) : erase()),
    erase,
  };
}
