import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** The protocols that other back ends speak. */
export const FOREIGN = ['matomo', 'product-events', 'activities'] as const;
export type Foreign = (typeof FOREIGN)[number];

/** How a back end behaves: as its protocol has it, as a captive portal, with a status and no more, or not at all. */
export type Behaviour = 'up' | 'portal' | 'hangs' | number;

/** Foreign back ends over real HTTP: they answer as their protocols have it, and keep what they have answered for. */
export interface BackEnds {
  url: string;
  /** Attributes of a tag that delivers to them. */
  attributes: string;
  /** Ids of the events that a back end has acknowledged, in order of arrival. */
  ids(of: Foreign): string[];
  /** The events themselves, as the protocol says them. */
  said(of: Foreign): Record<string, unknown>[];
  behave(who: Foreign, how: Behaviour): void;
  close(): void;
}

export async function openBackEnds(): Promise<BackEnds> {
  const said: Record<Foreign, Record<string, unknown>[]> = { matomo: [], 'product-events': [], activities: [] };
  const behaviour: Record<Foreign, Behaviour> = { matomo: 'up', 'product-events': 'up', activities: 'up' };
  const server = createServer(async (request, response) => {
    const who = whose(request.url ?? '');
    if (request.method === 'OPTIONS') return answer(request, response, 204, '');
    const body = await read(request);
    const how = behaviour[who];
    if (how === 'hangs') return;
    if (how === 'portal') return answer(request, response, 200, '<h1>Welcome to the airport</h1>', 'text/html');
    if (how !== 'up') return answer(request, response, how, 'not now', 'text/plain');
    const events = eventsOf(who, body);
    said[who].push(...events);
    const answers: Record<Foreign, object> = {
      matomo: { status: 'success', tracked: events.length, invalid: 0 },
      'product-events': { id: '1', ...events[0] },
      activities: { status: 'ok', data: {} },
    };
    answer(request, response, 200, JSON.stringify(answers[who]));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    attributes: `data-matomo-url="${url}/matomo.php" data-matomo-id-site="3" data-product-events-url="${url}"
      data-product-events-token="T" data-activities-url="${url}" data-activities-datamart="7"`,
    ids: (of) => said[of].map((event) => idOf(of, event)),
    said: (of) => said[of],
    behave: (who, how) => {
      behaviour[who] = how;
    },
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

function whose(path: string): Foreign {
  if (path.startsWith('/matomo.php')) return 'matomo';
  return path.startsWith('/api/analytics/events') ? 'product-events' : 'activities';
}

function eventsOf(who: Foreign, text: string): Record<string, unknown>[] {
  const body = JSON.parse(text);
  if (who === 'activities') return body.$events;
  return who === 'product-events'
    ? [body]
    : body.requests.map((query: string) => Object.fromEntries(new URLSearchParams(query)));
}

function idOf(who: Foreign, event: Record<string, unknown>): string {
  if (who === 'matomo') return `${event.event_id}`;
  const inside = event[who === 'activities' ? '$properties' : 'eventMetadata'] as Record<string, unknown>;
  return `${inside[who === 'activities' ? '$event_id' : 'event_id']}`;
}

function answer(request: IncomingMessage, response: ServerResponse, status: number, text: string, type?: string): void {
  response
    .writeHead(status, {
      'access-control-allow-origin': request.headers.origin ?? '*',
      'access-control-allow-headers': 'content-type, authorization',
      'content-type': type ?? 'application/json',
    })
    .end(text);
}

async function read(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of request.setEncoding('utf8')) body += chunk;
  return body;
}
