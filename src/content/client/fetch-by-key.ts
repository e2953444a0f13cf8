import { type Api, address } from '../address.ts';
import { request } from '../request.ts';

/** An id. The API's own answers have both types. */
export type Id = string | number;

/** The shop's own key of a product or a category, in place of the API's id. */
export interface ByKey {
  key: string;
}

export interface AskOptions {
  /** Aborts the request, which then rejects with the signal's reason. */
  signal?: AbortSignal | undefined;
}

/** The URL of an endpoint with options as parameters: `rightsGiven: true` becomes `rights_given=1`. */
export function addressOf(api: Api, path: string, options: object = {}): string {
  const parameters: Record<string, string> = {};
  for (const [name, value] of Object.entries(options)) {
    if (value == null || name === 'signal') continue;
    const spelled = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    parameters[spelled] = String(typeof value === 'boolean' ? Number(value) : value);
  }
  return address(api, path, parameters);
}

/** The shop's own key, which some endpoints take beside their options. */
export interface Keyed {
  tagKey?: string | undefined;
}

/** The `data` of an endpoint. @throws {VitrineError} as `request` */
export function ask(api: Api, path: string, options: AskOptions & Keyed = {}): Promise<unknown> {
  return fetched(addressOf(api, path, options), options);
}

/** The `data` of a URL. @throws {VitrineError} as `request` */
export function fetched(url: string, { signal }: AskOptions, init: RequestInit = {}): Promise<unknown> {
  return request(url, fetch(url, { ...init, signal: signal ?? null }), signal);
}

/** Posts a form. @throws {VitrineError} as `request` */
export function post(api: Api, path: string, body: FormData | URLSearchParams, { signal }: AskOptions) {
  return fetched(address(api, path), { signal }, { method: 'POST', body });
}

/** A segment of a path, encoded. */
export const part = (value: Id) => encodeURIComponent(value);
