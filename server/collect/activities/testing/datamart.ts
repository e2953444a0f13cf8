import { createHash, createHmac } from 'node:crypto';
import { readEvents, readNames } from '../../../store/testing/read-events.ts';
import { openTestService, type TestService } from '../../../testing/service.ts';

export interface Answered {
  status: number;
  body: { status?: string; data?: unknown; error?: string; error_code?: string; [key: string]: unknown };
  headers: Headers;
}

export interface Asked {
  method?: 'GET' | 'POST' | 'PUT' | 'OPTIONS';
  /** Sent as it is when a text or bytes, else as JSON. */
  body?: unknown;
  headers?: Record<string, string>;
  /** In `Authorization`; the private one unless told, none when empty. */
  token?: string;
}

/** A service with what the tests of user activities ask it. */
export async function openDatamart(): Promise<TestService & ReturnType<typeof helpers>> {
  const service = await openTestService();
  return { ...service, ...helpers(service) };
}

function helpers(service: TestService) {
  const { url, privateKey, customerId } = service;
  /** @param path behind `/v1/datamarts/ID` */
  const ask = async (
    path: string,
    { method = 'GET', body, headers = {}, token = privateKey }: Asked = {},
  ): Promise<Answered> => {
    const response = await fetch(`${url}/v1/datamarts/${customerId}${path}`, {
      method,
      headers: {
        ...(token && { authorization: token }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && {
        body: typeof body === 'string' || body instanceof Uint8Array ? (body as BodyInit) : JSON.stringify(body),
      }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: text ? JSON.parse(text) : {} };
  };
  return {
    ask,
    send: (activity: unknown, asked: Asked = {}) =>
      ask('/user_activities', { method: 'POST', body: activity, ...asked }),
    put: (path: string, body: unknown) => ask(path, { method: 'PUT', body }),
    names: () => readNames(service.data),
    rows: () => readEvents(service.data),
  };
}

/** What a client works out from its token, and signs with. */
export function signed(token: string, uri: string, body = '', ts = Date.now()): Record<string, string> {
  const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
  const secret = sha256(token);
  const keyId = sha256(secret).slice(0, 16);
  const mac = createHmac('sha256', secret).update(`${uri}\n${keyId}\n${ts}\n${body}`).digest('hex');
  return { 'x-mics-key-id': keyId, 'x-mics-ts': String(ts), 'x-mics-mac': mac };
}

let made = 0;

/** An event's id that no other test has. */
export function id(): string {
  return `0192f3a4-0000-7000-8000-${String(++made).padStart(12, '0')}`;
}

/** What the tests send; the visitor is `vec:123` unless told. */
export const agent = (name: string) => ({ $type: 'USER_AGENT', $user_agent_id: name });
export const event = ($event_name: string, $properties: object = {}) => ({
  $ts: Date.now() - 1000,
  $event_name,
  $properties,
});
export const activity = (...$events: object[]) => ({
  $type: 'SITE_VISIT',
  $session_status: 'IN_SESSION',
  $ts: Date.now(),
  $user_identifiers: [agent('vec:123')],
  $events,
});
