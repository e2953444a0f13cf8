import { createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buildApp } from '../../app.ts';
import { openContentStore, openEventStore } from '../../store/testing/open-stores.ts';
import type { RelayOptions } from '../relay.ts';

export const SECRET = 'what the other server gave us';
export const KEY_ID = 'shop-key';

/** What the other server does with a request. */
export type Behaviour = (response: ServerResponse) => void;
export const ok: Behaviour = (response) => response.writeHead(200).end('{"status":"ok","data":true}');
export const hang: Behaviour = () => {};
export const say =
  (status: number, body = '', headers: Record<string, string> = {}): Behaviour =>
  (response) =>
    response.writeHead(status, headers).end(body);

export interface Arrived {
  at: number;
  path: string;
  headers: IncomingMessage['headers'];
  body: string;
  /** Whether the signature is right, worked out from the specification alone. */
  signed: boolean;
}

/** Another server of user activities; it takes what is signed right, unless told to misbehave. */
export async function openReceiver() {
  const arrived: Arrived[] = [];
  const receiver = { behave: ok as Behaviour, secret: SECRET };
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks).toString();
    const { 'x-mics-key-id': keyId, 'x-mics-ts': ts, 'x-mics-mac': mac } = request.headers;
    const path = request.url ?? '';
    const signedText = [path.replace('/v1/', ''), keyId, ts, body].join('\n');
    const right = createHmac('sha256', receiver.secret).update(signedText).digest('hex');
    const signed = mac === right && Math.abs(Number(ts) - Date.now()) < 60_000;
    arrived.push({ at: Date.now(), path, headers: request.headers, body, signed });
    if (signed) receiver.behave(response);
    else say(401, '{"status":"error"}')(response);
  });
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  return Object.assign(receiver, {
    arrived,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** The ids of the events that arrived, in order of arrival. */
    events: () =>
      arrived.flatMap(({ body }) =>
        (JSON.parse(body).$events as { $properties: { $event_id: string } }[]).map(
          ({ $properties }) => $properties.$event_id,
        ),
      ),
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  });
}

/** Opens a service on a data folder, which it leaves as it is when it closes. */
export async function openRelaying(data: string, relay: Partial<RelayOptions> = {}) {
  const content = await openContentStore(data);
  const events = await openEventStore(data, { error: (details) => console.error(details) });
  const options = { allowPrivate: true, firstPauseMs: 10, ...relay };
  const app = await buildApp(
    { dataDir: data, logLevel: 'silent', relay: options },
    { contentStore: content, eventStore: events },
  );
  await app.listen({ port: 0, host: '127.0.0.1' });
  const url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
  return {
    url,
    content,
    events,
    waiting: () => events.relayed.waiting(),
    /** What became of activities, by outcome. */
    async outcomes(): Promise<Record<string, number>> {
      const metrics = await (await fetch(`${url}/metrics`)).text();
      const lines = metrics.matchAll(/^vitrine_relayed_total\{outcome="(.*?)"\} (\d+)$/gm);
      return Object.fromEntries([...lines].map(([, outcome, count]) => [outcome, Number(count)]));
    },
    async close() {
      await app.close();
      await events.close();
      await content.close();
    },
  };
}
