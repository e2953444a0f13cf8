import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestProject } from 'vitest/node';
import type { IncomingEvent } from '../../src/events/vocabulary.ts';
import { decodeBulk } from '../../src/wires/tracking/decode.ts';
import type { BulkAnswer } from '../../src/wires/tracking/encode.ts';

/**
 * A collector that misbehaves to order, for the tracker's tests: it speaks `POST /track/bulk` over real HTTP and keeps
 * what it is sent, by key. `POST /order` says how it treats a key, `GET /log` what it has of it. How the real service
 * answers is the end-to-end tests' matter.
 */
export default async function setup(project: TestProject): Promise<() => void> {
  const kept = new Map<string, CollectorLog>();
  const orders = new Map<string, CollectorOrder>();
  const server = createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://collector');
    const key = searchParams.get('auth_token') ?? '';
    const log = kept.get(key) ?? { requests: [], stored: [] };
    kept.set(key, log);
    const body = await read(request);
    const answer = (status: number, text: string, headers = {}) => {
      if (pathname === '/track/bulk') log.requests.push({ bytes: body.length, status });
      const cors = { 'access-control-allow-origin': '*', 'access-control-expose-headers': 'Retry-After' };
      response.writeHead(status, { ...cors, 'cache-control': 'no-store', ...headers }).end(text);
    };
    if (pathname === '/log') return answer(200, JSON.stringify(log));
    if (pathname === '/order') {
      orders.set(key, JSON.parse(body));
      return answer(200, '');
    }
    const order = orders.get(key) ?? {};
    if (order.hang) return;
    if (order.status)
      return answer(
        order.status,
        JSON.stringify({ metadata: { code: order.status } }),
        order.retryAfter ? { 'retry-after': order.retryAfter } : {},
      );
    if (order.gateway) return answer(order.gateway, '<h1>nginx</h1>', { 'content-type': 'text/html' });
    if (order.portal) return answer(200, '<h1>Welcome to the airport</h1>', { 'content-type': 'text/html' });
    const bulk = decodeBulk(JSON.parse(body));
    if (!('requests' in bulk) || (order.poison && body.includes(order.poison))) return answer(400, 'bad request');
    const data: BulkAnswer['data'] = { accepted: [], repeated: [], refused: [] };
    bulk.requests.forEach((read, index) => {
      if ('status' in read) data.refused.push({ index, error: 'Invalid params', detail: read.detail });
      else if (log.stored.some(({ id }) => id === read.events[0].event.id)) data.repeated.push(index);
      else {
        log.stored.push(read.events[0].event);
        data.accepted.push(index);
      }
    });
    answer(200, JSON.stringify({ metadata: { code: 200, message: 'OK', version: 'v2.2' }, data } satisfies BulkAnswer));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  project.provide('collector', `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  return () => {
    server.closeAllConnections();
    server.close();
  };
}

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the misbehaving collector listens, without a slash at the end. */
    collector: string;
  }
}

export interface CollectorOrder {
  /** Answers nothing at all. */
  hang?: boolean;
  /** Answers this status to everything, in the protocol's own words. */
  status?: number;
  /** Answers this status to everything, with the page of a gateway that does not reach the service. */
  gateway?: number;
  retryAfter?: string;
  /** Answers 200, but as a captive portal would. */
  portal?: boolean;
  /** Answers 400 to every batch that contains this text. */
  poison?: string;
}

export interface CollectorLog {
  requests: { bytes: number; status: number }[];
  stored: IncomingEvent[];
}

async function read(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of request.setEncoding('utf8')) body += chunk;
  return body;
}
