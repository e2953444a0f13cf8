import { once } from 'node:events';
import { type IncomingMessage, request, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { generate } from 'selfsigned';

/** What becomes of a request on its way. */
export type State =
  /** The service answers. */
  | 'open'
  /** Nothing listens. */
  | 'refused'
  /** Something in between answers 503. */
  | 'busy'
  /** The service does what it is asked, but its answer is lost. */
  | 'mute';

/** The way from a shopper to the service: encrypted, from another origin, and as slow as a phone's. */
export interface Line {
  /** `https://127.0.0.1:PORT` */
  url: string;
  set(state: State): Promise<void>;
  /** Sizes of the bodies of the requests that came through since it was last asked, in bytes. */
  bodies(): number[];
  close(): Promise<void>;
}

/**
 * Where lines look for a port, one after the other: below those that systems give away. A line that refuses connections
 * does not hold its port, and must find it free again. Each process has a range of its own.
 */
let place = 20_000 + (process.pid % 180) * 64;

async function freePlace(listen: (port: number) => Promise<void>): Promise<number> {
  for (let tries = 0; tries < 64; tries++) {
    const port = place++;
    const free = await listen(port).then(
      () => true,
      () => false,
    );
    if (free) return port;
  }
  throw new Error('No port is free for a line.');
}

/**
 * Opens a line to a service. Bytes need half of a round trip each way, and so do those that open a connection: what a
 * cold one costs is paid for.
 * @param target `http://127.0.0.1:PORT`
 * @param roundTrip milliseconds
 */
export async function openLine(target: string, roundTrip: number): Promise<Line> {
  let state: State = 'open';
  const { cert, private: key } = await generate([{ name: 'commonName', value: 'line' }], { keyType: 'ec' });
  let bodies: number[] = [];
  const inside = createSecureServer({ cert, key }, (asked, answer) => {
    let size = 0;
    asked.on('data', (bytes: Buffer) => {
      size += bytes.length;
    });
    asked.on('end', () => void (asked.method === 'POST' && bodies.push(size)));
    forward(asked, answer, target, () => state);
  });
  inside.listen(0, '127.0.0.1');
  await once(inside, 'listening');
  const { port: insidePort } = inside.address() as AddressInfo;

  const sockets = new Set<Socket>();
  const outside = createServer((near) => {
    const far = connect(insidePort, '127.0.0.1');
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      from.setNoDelay().on('error', () => to.destroy());
      from.on('close', () => {
        sockets.delete(from);
        // What is on its way arrives even if the sender is gone.
        setTimeout(() => to.end(), roundTrip / 2);
      });
      from.on('data', (bytes) => setTimeout(() => to.writable && to.write(bytes), roundTrip / 2));
    }
  });
  const listen = async (port: number) => {
    outside.listen(port, '127.0.0.1');
    await once(outside, 'listening');
  };
  const refuse = async () => {
    if (!outside.listening) return;
    const closed = once(outside, 'close');
    outside.close();
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  const port = await freePlace(listen);

  return {
    url: `https://127.0.0.1:${port}`,
    async set(next) {
      state = next;
      if (next === 'refused') await refuse();
      else if (!outside.listening) await listen(port);
    },
    bodies() {
      const since = bodies;
      bodies = [];
      return since;
    },
    async close() {
      await refuse();
      inside.close();
      inside.closeAllConnections();
    },
  };
}

function forward(asked: IncomingMessage, answer: ServerResponse, target: string, state: () => State): void {
  // What a browser asks before a request of another origin (ours needs no such leave) is answered in any state.
  const leave = asked.method === 'OPTIONS';
  if (state() === 'busy' && !leave) {
    // A page of another origin may read it: the tracker is to see a 503 and not a failure.
    const origin = asked.headers.origin ?? '*';
    const open = { 'access-control-allow-origin': origin, 'access-control-allow-credentials': 'true' };
    answer.writeHead(503, { ...open, 'retry-after': '1' }).end();
    return;
  }
  const passed = request(`${target}${asked.url}`, { method: asked.method, headers: asked.headers }, (got) => {
    if (state() === 'mute' && !leave) {
      got.resume().on('end', () => answer.destroy());
      return;
    }
    answer.writeHead(got.statusCode ?? 502, got.headers);
    got.pipe(answer);
  });
  passed.on('error', () => answer.destroy());
  asked.pipe(passed);
}
