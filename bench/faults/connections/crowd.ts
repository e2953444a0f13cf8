import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/**
 * A process that holds connections: idle ones, which were answered once and are kept, and slow ones, which send one byte
 * a second, half of them of their headers and the others of a body, and begin anew when they are cut off.
 * Arguments: port, idle connections, slow ones. Says how many it holds whenever it is asked.
 */
export interface Held {
  idle: number;
  slow: number;
  /** Slow connections that the service cut off. */
  cut: number;
}

const AT_A_TIME = 200;
const [port, idle, slow] = process.argv.slice(2).map(Number) as [number, number, number];
const held: Held = { idle: 0, slow: 0, cut: 0 };
const HEAD = 'POST /track/bulk HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: text/plain\r\n';
const BODY = `${HEAD}Content-Length: 10000\r\n\r\n`;

for (let made = 0; made < idle; made += AT_A_TIME) await Promise.all(Array.from({ length: AT_A_TIME }, keep));
for (let made = 0; made < slow; made += AT_A_TIME)
  await Promise.all(Array.from({ length: AT_A_TIME }, (_, n) => crawl(n % 2 === 0 ? '' : BODY)));
process.on('message', () => process.send?.(held));
process.on('disconnect', () => process.exit());
process.send?.('ready');

async function keep(): Promise<void> {
  const socket = await open('idle');
  socket.write('GET /nothing HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n');
  await once(socket, 'data');
}

/** Sends what comes at once, and then byte by byte. */
async function crawl(begin: string): Promise<void> {
  const socket = await open('slow');
  socket.write(begin);
  let sent = 0;
  const rest = begin ? '{' : HEAD;
  const next = setInterval(() => socket.write(rest[sent++ % rest.length] ?? ' '), 1000);
  socket.on('close', () => {
    clearInterval(next);
    held.cut++;
    void crawl(begin);
  });
}

function open(kind: 'idle' | 'slow'): Promise<Socket> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      held[kind]++;
      resolve(socket);
    });
    // A service that answers too late may be gone by then; what counts is how many are held.
    socket.on('error', () => {}).resume();
    socket.on('close', () => held[kind]--);
  });
}
