import { readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as values from './config-values.ts';
import {
  EVENTS_PER_DAY,
  LOG_LEVELS,
  type LogLevel,
  MIN_EVENTS_PER_DAY,
  MIN_KEEP_DAYS,
  RATES,
} from './config-values.ts';

/** The settings of the operator, from the environment. */
export interface Config {
  port: number;
  host: string;
  /** The origin at which browsers reach the service, as `https://ugc.example.com`; undefined to read it from each request. */
  publicUrl: string | undefined;
  /** The folder with the databases and the media files. */
  dataDir: string;
  logLevel: LogLevel;
  relay: {
    /** Whether activities may be relayed to private addresses, and to this machine without TLS. */
    allowPrivate: boolean;
  };
  /** Addresses and networks of proxies whose `X-Forwarded-…` headers are believed; false for none. */
  trustProxy: string[] | false;
  /** The rate limits; undefined for none. */
  rates: values.Rates | undefined;
  /** Events of one customer that are stored on a day; undefined for no limit. */
  eventsPerDay: number | undefined;
  /** Names of parameters whose values are left out of addresses, beside those of `secret-names.ts`. */
  redact: string[];
  /** Days for which events are kept; undefined for ever. */
  eventsKeepDays: number | undefined;
  /** The operator's token, which stands above all customers. */
  operatorToken: string | undefined;
  /** The file that is served as `/matomo.js`. */
  matomoScript: string | undefined;
}

/** The folder that holds `package.json`, `server/` and `dist/`. */
export const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** The fields of `package.json` that the service shows. */
export const PACKAGE: { name: string; description: string; version: string } = JSON.parse(
  readFileSync(join(ROOT, 'package.json'), 'utf8'),
);

/** Settings that cannot be used. Each line of the message names one, with the values that it may have. */
export class ConfigError extends Error {
  override name = 'ConfigError';
}

/**
 * Reads all settings, and reports all wrong ones together.
 * @throws {ConfigError}
 */
export function readConfig(env: Record<string, string | undefined>): Config {
  const problems: string[] = [];
  const read = <T>(name: string, fallback: string, parse: (text: string) => T | undefined, expected: string): T => {
    const text = env[name]?.trim() || fallback;
    const value = parse(text);
    // A secret is not shown, not even a wrong one.
    const shown = /TOKEN|SECRET/.test(name) ? 'not usable' : JSON.stringify(text);
    if (value === undefined) problems.push(`${name} is ${shown}: set it to ${expected}.`);
    return value as T;
  };
  const config: Config = {
    port: read('PORT', '4180', values.parsePort, 'a port number from 0 (any free one) to 65535'),
    host: read('HOST', '127.0.0.1', values.parseHost, 'a host name or an address, as 127.0.0.1 or 0.0.0.0'),
    publicUrl: read(
      'VITRINE_PUBLIC_URL',
      '',
      values.parsePublicUrl,
      'the address at which browsers reach the service, without a path, as https://ugc.example.com',
    )?.url,
    dataDir: read('VITRINE_DATA', './data', parsePath, 'the path of a folder'),
    logLevel: read('LOG_LEVEL', 'info', values.parseLogLevel, `one of ${LOG_LEVELS.join(', ')}`),
    relay: { allowPrivate: read('VITRINE_RELAY_PRIVATE', 'refuse', values.parsePermission, 'allow or refuse') },
    trustProxy: read(
      'VITRINE_TRUST_PROXY',
      'none',
      values.parseProxies,
      'none, or addresses and networks of your proxies, as 10.0.0.5,172.16.0.0/12, or loopback',
    ),
    rates: read(
      'VITRINE_RATE_LIMITS',
      'on',
      values.parseRates,
      `off, or what shall differ from "${values.formatRates(RATES)}"`,
    )?.rates,
    eventsPerDay: read(
      'VITRINE_EVENTS_PER_DAY',
      String(EVENTS_PER_DAY),
      values.parseQuota,
      `off, or a number of at least ${MIN_EVENTS_PER_DAY}`,
    )?.events,
    redact: read(
      'VITRINE_REDACT',
      '',
      values.parseNames,
      'names of parameters with spaces between them, as "voucher customer_id"',
    ),
    eventsKeepDays: read(
      'VITRINE_EVENTS_KEEP',
      'all',
      values.parseKeep,
      `all, or a number of days of at least ${MIN_KEEP_DAYS}, as 400d`,
    )?.days,
    operatorToken: read(
      'VITRINE_OPERATOR_TOKEN',
      '',
      values.parseOperatorToken,
      '32 to 256 random characters without spaces',
    )?.token,
    matomoScript: read('VITRINE_MATOMO_JS', 'none', parseScript, 'none, or the path of a script that can be read')
      ?.file,
  };
  if (problems.length > 0) throw new ConfigError(problems.join('\n'));
  return config;
}

/** A path relative to the project: the same one from whatever folder a command is started. */
function parsePath(text: string): string | undefined {
  return text.includes('\0') ? undefined : resolve(ROOT, text);
}

function parseScript(text: string): { file: string | undefined } | undefined {
  if (text === 'none') return { file: undefined };
  const file = parsePath(text);
  return file !== undefined && statSync(file, { throwIfNoEntry: false })?.isFile() ? { file } : undefined;
}
