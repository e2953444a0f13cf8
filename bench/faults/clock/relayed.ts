import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** Another server to which activities are relayed: it is down until it is told otherwise. */
export interface OtherServer {
  url: string;
  /** How often each activity was taken, by its `$event_name`. */
  taken: Map<string, number>;
  tries(): number;
  comeUp(): void;
  close(): void;
}

export async function openOtherServer(): Promise<OtherServer> {
  const taken = new Map<string, number>();
  let up = false;
  let tries = 0;
  const server = createServer(async (request, response) => {
    const said = await text(request);
    tries++;
    if (!up) return void response.writeHead(503).end();
    for (const [, name = ''] of said.matchAll(/"\$event_name":"([^"]+)"/g)) taken.set(name, (taken.get(name) ?? 0) + 1);
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"status":"ok","data":{}}');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    taken,
    tries: () => tries,
    comeUp() {
      up = true;
    },
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
