import { connect, type Socket } from 'node:net';
import { PER_REQUEST, requests } from './events.ts';

/**
 * A process that posts prepared requests over kept-alive connections, each as soon as the one before is answered.
 * It writes HTTP by hand, so that on a shared machine it takes as little as it can from the service it asks.
 * Arguments: port, token, requests, connections. Says `ready`, waits for `go`, says how many events were accepted.
 */
const [port, key = '', count, connections] = process.argv.slice(2) as [string, string, string, string];
const bodies = requests(Number(count), key).map((body) =>
  Buffer.from(
    `POST /track/bulk?auth_token=${key} HTTP/1.1\r\nHost: 127.0.0.1\r\nOrigin: https://shop.example\r\n` +
      'User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36\r\n' +
      `Content-Type: text/plain;charset=UTF-8\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
  ),
);
const sockets = await Promise.all(Array.from({ length: Number(connections) }, open));
process.send?.('ready');
process.once('message', async () => {
  const started = performance.now();
  let next = 0;
  let accepted = 0;
  await Promise.all(
    sockets.map(async (socket) => {
      for (let body = bodies[next++]; body; body = bodies[next++]) {
        const events = await post(socket, body);
        accepted += events;
      }
      socket.end();
    }),
  );
  process.send?.({ accepted, seconds: (performance.now() - started) / 1000 });
  process.disconnect();
});

function open(): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), '127.0.0.1', () => resolve(socket))
      .on('error', reject)
      .setNoDelay();
  });
}

/** Resolves to the number of accepted events. An answer of this service has a Content-Length and comes in one piece or few. */
function post(socket: Socket, request: Buffer): Promise<number> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const read = (chunk: Buffer) => {
      answer += chunk.toString('latin1');
      const end = answer.indexOf('\r\n\r\n');
      const length = Number(/content-length: (\d+)/i.exec(answer)?.[1]);
      if (end < 0 || answer.length < end + 4 + length) return;
      socket.off('data', read);
      const { data } = JSON.parse(answer.slice(end + 4)) as { data?: { accepted?: number[] } };
      if (data?.accepted?.length === PER_REQUEST) resolve(PER_REQUEST);
      else reject(new Error(answer.slice(0, 500)));
    };
    socket.on('data', read);
    socket.write(request);
  });
}
