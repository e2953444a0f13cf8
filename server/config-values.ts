import { isIP } from 'node:net';

/** The values that settings may have. Each `parse…` returns undefined for a text that the setting cannot have. */

/** Requests a second from one address with one token, averaged over ten seconds; for `track`, events a second. */
export interface Rates {
  /** Requests to the content API that read. */
  read: number;
  /** Events, however many of them a request brings. */
  track: number;
  /** Uploads, and all other requests to the content API that write. */
  upload: number;
  /** Requests to `/admin/v1`. */
  admin: number;
  /** Requests with unknown tokens, from one address. */
  failed: number;
  /** The factor for requests with a private token. It applies to `read`, `track` and `upload`. */
  private: number;
}

/**
 * One address is an office, or a phone company with hundreds of people in one shop. A page sends two requests when it
 * opens: 100 a second are 50 people who open a page in the same second. They scroll past some five photos a second, each
 * an event. An upload costs half a second of a core. A shop's server speaks for all its visitors with a private token,
 * and gets 2,000 requests and 10,000 events a second.
 */
export const RATES: Rates = { read: 100, track: 500, upload: 5, admin: 20, failed: 5, private: 20 };
const MAX_RATE = 1_000_000;

/** Events of one customer a day. Ten million are 120 a second all day long, and some 4 GB of disk. */
export const EVENTS_PER_DAY = 10_000_000;
/** A batch is stored whole or not at all, and may have a thousand events. */
export const MIN_EVENTS_PER_DAY = 1_000;

/**
 * Days. Younger events are not erased for their age: a browser keeps what it could not send for 14 days, an event is
 * stored with the time that it tells for 30 days, and a repeated event is recognized by the row of the first.
 */
export const MIN_KEEP_DAYS = 31;

export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Characters of an origin: a host name has at most 253. */
const MAX_PUBLIC_URL = 300;

export function parsePort(text: string): number | undefined {
  return /^\d{1,5}$/.test(text) && Number(text) <= 65_535 ? Number(text) : undefined;
}

export function parseHost(text: string): string | undefined {
  return /^[\w.:%-]+$/.test(text) ? text : undefined;
}

/** An origin without a path: the specifications own the paths, so the service is at the root of its host. */
export function parsePublicUrl(text: string): { url: string | undefined } | undefined {
  if (text === '') return { url: undefined };
  const url = text.length > MAX_PUBLIC_URL ? null : URL.parse(text);
  if (!url || !/^https?:$/.test(url.protocol) || !/^[\w.:[\]-]+$/.test(url.host)) return undefined;
  return url.href === `${url.origin}/` ? { url: url.origin } : undefined;
}

export function parsePermission(text: string): boolean | undefined {
  return text === 'allow' ? true : text === 'refuse' ? false : undefined;
}

/** Addresses and networks. A number of hops is refused: a sender that reaches the service directly could forge as many. */
export function parseProxies(text: string): string[] | false | undefined {
  if (text === 'none') return false;
  const proxies = text.split(',').map((one) => one.trim());
  return proxies.every((one) => ['loopback', 'linklocal', 'uniquelocal'].includes(one) || isNetwork(one))
    ? proxies
    : undefined;
}

function isNetwork(text: string): boolean {
  const [, address = '', bits] = /^([^/]*)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  const maxBits = { 4: 32, 6: 128 }[isIP(address)];
  // A prefix of 0 would trust everybody.
  return maxBits !== undefined && (bits === undefined || (Number(bits) >= 1 && Number(bits) <= maxBits));
}

export function parseRates(text: string): { rates: Rates | undefined } | undefined {
  if (text === 'off') return { rates: undefined };
  const rates: Rates = { ...RATES };
  if (text === 'on') return { rates };
  for (const one of text.split(/[\s,]+/)) {
    const [, name = '', number = ''] = /^(\w+)=(\d{1,7})$/.exec(one) ?? [];
    if (!Object.hasOwn(RATES, name) || Number(number) < 1 || Number(number) > MAX_RATE) return undefined;
    rates[name as keyof Rates] = Number(number);
  }
  return { rates };
}

/** Rates as the setting has them, `read=100 track=500 …`. */
export function formatRates(rates: Rates): string {
  return Object.entries(rates)
    .map((one) => one.join('='))
    .join(' ');
}

export function parseQuota(text: string): { events: number | undefined } | undefined {
  if (text === 'off') return { events: undefined };
  return /^\d{4,12}$/.test(text) && Number(text) >= MIN_EVENTS_PER_DAY ? { events: Number(text) } : undefined;
}

/** Names of parameters, with spaces between them. */
export function parseNames(text: string): string[] | undefined {
  const names = text.split(/\s+/).filter(Boolean);
  return names.every((name) => /^[\w.[\]%$-]{1,100}$/.test(name)) ? names : undefined;
}

/** A number of days, as `400d`, of at least `MIN_KEEP_DAYS`. */
export function parseDays(text: string): number | undefined {
  const days = /^\d{1,5}d$/.test(text) ? Number.parseInt(text, 10) : 0;
  return days >= MIN_KEEP_DAYS ? days : undefined;
}

export function parseKeep(text: string): { days: number | undefined } | undefined {
  if (text === 'all') return { days: undefined };
  const days = parseDays(text);
  return days === undefined ? undefined : { days };
}

export function parseOperatorToken(text: string): { token: string | undefined } | undefined {
  if (text === '') return { token: undefined };
  return /^[\x21-\x7e]{32,256}$/.test(text) ? { token: text } : undefined;
}

export function parseLogLevel(text: string): LogLevel | undefined {
  return LOG_LEVELS.find((level) => level === text);
}
