import { readFileSync, statSync } from 'node:fs';
import { isIP } from 'node:net';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What the operator can set, by environment. */
export interface Config {
  port: number;
  host: string;
  /** The origin at which browsers reach the service, as `https://ugc.example.com`; nothing to go by each request. */
  publicUrl: string | undefined;
  /** The folder with `content.db`, `events.db` and the media files. */
  data: string;
  logLevel: LogLevel;
  relay: {
    /** Whether activities may be relayed to private addresses, and to this machine without TLS. */
    allowPrivate: boolean;
  };
  /** Addresses and networks of proxies whose `X-Forwarded-…` headers are believed; false for none. */
  trustProxy: string[] | false;
  /** How often anybody may ask; nothing for no limit. */
  rates: Rates | undefined;
  /** How many events of a customer are stored on a day; nothing for no limit. */
  eventsPerDay: number | undefined;
  /** Names of parameters whose values are left out of addresses, beside those of `secret-names.ts`. */
  redact: string[];
  /** Days for which events are kept; nothing for ever. */
  eventsKeepDays: number | undefined;
  /** The token of who runs the service, above all customers. */
  operatorToken: string | undefined;
  /** The file that is served as `/matomo.js`. */
  matomoScript: string | undefined;
}

/** Requests a second from one address with one token, averaged over ten seconds; of `track`, events. */
export interface Rates {
  /** Of the content API. */
  read: number;
  /** Events, however many of them a request brings. */
  track: number;
  /** Of uploads and what else is posted to the content API. */
  upload: number;
  /** Of `/admin/v1`. */
  admin: number;
  /** Of tokens that are not known, from one address. */
  failed: number;
  /** With a private token all but the last two are so many times as much. */
  private: number;
}

/**
 * An address is an office, or a phone company with hundreds of people in one shop: a page asks twice when it opens, so
 * 100 requests a second are as many people at once. They scroll past some five photos a second, each an event. An upload
 * costs half a second of a processor. A shop's server speaks for all its visitors, and has a private token: 2,000
 * requests and 10,000 events a second.
 */
export const RATES: Rates = { read: 100, track: 500, upload: 5, admin: 20, failed: 5, private: 20 };

/** Of a customer. Ten million are 120 a second all day long, and some 4 GB of disk. */
export const EVENTS_PER_DAY = 10_000_000;
/** A batch is stored whole or not at all, and may have a thousand events. */
const MIN_EVENTS_PER_DAY = 1_000;

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
type LogLevel = (typeof LOG_LEVELS)[number];

/** The folder that holds `package.json`, `server/` and `dist/`. */
export const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** What `package.json` says of this service. */
export const PACKAGE: { name: string; description: string; version: string } = JSON.parse(
  readFileSync(join(ROOT, 'package.json'), 'utf8'),
);

/** A setting that cannot be used; each line says which one and what to set. */
export class BadConfig extends Error {
  override name = 'BadConfig';
}

/**
 * Reads the settings, all of them before it complains.
 * @throws {BadConfig}
 */
export function readConfig(env: Record<string, string | undefined>): Config {
  const problems: string[] = [];
  const read = <T>(name: string, fallback: string, parse: (text: string) => T | undefined, wanted: string): T => {
    const text = env[name]?.trim() || fallback;
    const value = parse(text);
    // A secret does not stand in the terminal, also when it is wrong.
    const shown = /TOKEN|SECRET/.test(name) ? 'not usable' : JSON.stringify(text);
    if (value === undefined) problems.push(`${name} is ${shown}: set it to ${wanted}.`);
    return value as T;
  };
  const config: Config = {
    port: read('PORT', '4180', portOf, 'a port number from 0 (any free one) to 65535'),
    host: read('HOST', '127.0.0.1', hostOf, 'a host name or an address, as 127.0.0.1 or 0.0.0.0'),
    publicUrl: read(
      'VITRINE_PUBLIC_URL',
      '',
      publicUrlOf,
      'the address at which browsers reach the service, without a path, as https://ugc.example.com',
    )?.url,
    data: read('VITRINE_DATA', './data', folderOf, 'the path of a folder'),
    logLevel: read('LOG_LEVEL', 'info', logLevelOf, `one of ${LOG_LEVELS.join(', ')}`),
    relay: { allowPrivate: read('VITRINE_RELAY_PRIVATE', 'refuse', permissionOf, 'allow or refuse') },
    trustProxy: read(
      'VITRINE_TRUST_PROXY',
      'none',
      proxiesOf,
      'none, or addresses and networks of your proxies, as 10.0.0.5,172.16.0.0/12, or loopback',
    ),
    rates: read('VITRINE_RATE_LIMITS', 'on', ratesOf, `off, or what shall differ from "${written(RATES)}"`)?.rates,
    eventsPerDay: read(
      'VITRINE_EVENTS_PER_DAY',
      String(EVENTS_PER_DAY),
      quotaOf,
      `off, or a number of at least ${MIN_EVENTS_PER_DAY}`,
    )?.events,
    redact: read(
      'VITRINE_REDACT',
      '',
      namesOf,
      'names of parameters with spaces between them, as "voucher customer_id"',
    ),
    eventsKeepDays: read(
      'VITRINE_EVENTS_KEEP',
      'all',
      keepOf,
      `all, or a number of days of at least ${MIN_KEEP_DAYS}, as 400d`,
    )?.days,
    operatorToken: read('VITRINE_OPERATOR_TOKEN', '', operatorOf, '32 to 256 random characters without spaces')?.token,
    matomoScript: read('VITRINE_MATOMO_JS', 'none', scriptOf, 'none, or the path of a script that can be read')?.file,
  };
  if (problems.length > 0) throw new BadConfig(problems.join('\n'));
  return config;
}

function portOf(text: string): number | undefined {
  return /^\d{1,5}$/.test(text) && Number(text) <= 65_535 ? Number(text) : undefined;
}

/**
 * Days: events that are younger are not erased for their age. A browser keeps what it could not send for 14 days, an event
 * is stored with the time that it tells for 30, and a repeated one is known by the row of the first.
 */
export const MIN_KEEP_DAYS = 31;

/** A number of days, as `400d`: nothing for any other text, and for fewer days than events have to be kept. */
export function daysOf(text: string): number | undefined {
  const days = /^\d{1,5}d$/.test(text) ? Number.parseInt(text, 10) : 0;
  return days >= MIN_KEEP_DAYS ? days : undefined;
}

function keepOf(text: string): { days: number | undefined } | undefined {
  if (text === 'all') return { days: undefined };
  const days = daysOf(text);
  return days === undefined ? undefined : { days };
}

function hostOf(text: string): string | undefined {
  return /^[\w.:%-]+$/.test(text) ? text : undefined;
}

/** Characters of an origin: a name of a host has at most 253. */
const MAX_PUBLIC_URL = 300;

/** Paths are the specifications' own, so that the service stands at the root of its host. */
function publicUrlOf(text: string): { url: string | undefined } | undefined {
  if (text === '') return { url: undefined };
  const url = text.length > MAX_PUBLIC_URL ? null : URL.parse(text);
  if (!url || !/^https?:$/.test(url.protocol) || !/^[\w.:[\]-]+$/.test(url.host)) return undefined;
  return url.href === `${url.origin}/` ? { url: url.origin } : undefined;
}

function scriptOf(text: string): { file: string | undefined } | undefined {
  if (text === 'none') return { file: undefined };
  const file = folderOf(text);
  return file !== undefined && statSync(file, { throwIfNoEntry: false })?.isFile() ? { file } : undefined;
}

/** Relative to the project, so that it is the same folder wherever a command is started. */
function folderOf(text: string): string | undefined {
  return text.includes('\0') ? undefined : resolve(ROOT, text);
}

function permissionOf(text: string): boolean | undefined {
  return text === 'allow' ? true : text === 'refuse' ? false : undefined;
}

/** A number of hops is none of it: who asks us directly could make up as many. */
function proxiesOf(text: string): string[] | false | undefined {
  if (text === 'none') return false;
  const proxies = text.split(',').map((one) => one.trim());
  return proxies.every((one) => ['loopback', 'linklocal', 'uniquelocal'].includes(one) || isNetwork(one))
    ? proxies
    : undefined;
}

function isNetwork(text: string): boolean {
  const [, address = '', bits] = /^([^/]*)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  const most = { 4: 32, 6: 128 }[isIP(address)];
  // A prefix of 0 would trust everybody.
  return most !== undefined && (bits === undefined || (Number(bits) >= 1 && Number(bits) <= most));
}

const MOST_A_SECOND = 1_000_000;

function ratesOf(text: string): { rates: Rates | undefined } | undefined {
  if (text === 'off') return { rates: undefined };
  const rates: Rates = { ...RATES };
  if (text === 'on') return { rates };
  for (const one of text.split(/[\s,]+/)) {
    const [, name = '', number = ''] = /^(\w+)=(\d{1,7})$/.exec(one) ?? [];
    if (!Object.hasOwn(RATES, name) || Number(number) < 1 || Number(number) > MOST_A_SECOND) return undefined;
    rates[name as keyof Rates] = Number(number);
  }
  return { rates };
}

function written(rates: Rates): string {
  return Object.entries(rates)
    .map((one) => one.join('='))
    .join(' ');
}

function quotaOf(text: string): { events: number | undefined } | undefined {
  if (text === 'off') return { events: undefined };
  return /^\d{4,12}$/.test(text) && Number(text) >= MIN_EVENTS_PER_DAY ? { events: Number(text) } : undefined;
}

function namesOf(text: string): string[] | undefined {
  const names = text.split(/\s+/).filter(Boolean);
  return names.every((name) => /^[\w.[\]%$-]{1,100}$/.test(name)) ? names : undefined;
}

function operatorOf(text: string): { token: string | undefined } | undefined {
  if (text === '') return { token: undefined };
  return /^[\x21-\x7e]{32,256}$/.test(text) ? { token: text } : undefined;
}

function logLevelOf(text: string): LogLevel | undefined {
  return LOG_LEVELS.find((level) => level === text);
}
