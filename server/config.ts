import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What the operator can set, by environment. */
export interface Config {
  port: number;
  host: string;
  /** The folder with `content.db`, `events.db` and the media files. */
  data: string;
  logLevel: LogLevel;
  relay: {
    /** Whether activities may be relayed to private addresses, and to this machine without TLS. */
    allowPrivate: boolean;
  };
}

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
type LogLevel = (typeof LOG_LEVELS)[number];

/** The folder that holds `package.json`, `server/` and `dist/`. */
export const ROOT = fileURLToPath(new URL('..', import.meta.url));

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
    if (value === undefined) problems.push(`${name} is ${JSON.stringify(text)}: set it to ${wanted}.`);
    return value as T;
  };
  const config: Config = {
    port: read('PORT', '4180', portOf, 'a port number from 0 (any free one) to 65535'),
    host: read('HOST', '127.0.0.1', hostOf, 'a host name or an address, as 127.0.0.1 or 0.0.0.0'),
    data: read('VITRINE_DATA', './data', folderOf, 'the path of a folder'),
    logLevel: read('LOG_LEVEL', 'info', logLevelOf, `one of ${LOG_LEVELS.join(', ')}`),
    relay: { allowPrivate: read('VITRINE_RELAY_PRIVATE', 'refuse', permissionOf, 'allow or refuse') },
  };
  if (problems.length > 0) throw new BadConfig(problems.join('\n'));
  return config;
}

function portOf(text: string): number | undefined {
  return /^\d{1,5}$/.test(text) && Number(text) <= 65_535 ? Number(text) : undefined;
}

function hostOf(text: string): string | undefined {
  return /^[\w.:%-]+$/.test(text) ? text : undefined;
}

/** Relative to the project, so that it is the same folder wherever a command is started. */
function folderOf(text: string): string | undefined {
  return text.includes('\0') ? undefined : resolve(ROOT, text);
}

function permissionOf(text: string): boolean | undefined {
  return text === 'allow' ? true : text === 'refuse' ? false : undefined;
}

function logLevelOf(text: string): LogLevel | undefined {
  return LOG_LEVELS.find((level) => level === text);
}
