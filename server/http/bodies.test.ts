import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import fastify from 'fastify';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { openTestService } from '../testing/service.ts';
import { guardBodies } from './bodies.ts';

/**
 * A service that takes JSON of anybody, and tells how many bytes it got.
 * @param stall how long a body may pause; without `stallMs` as long as in a service
 */
async function openService(stall: { stallMs?: number } = { stallMs: 60_000 }) {
  const lines: { level: number; msg: string }[] = [];
  const stream = { write: (line: string) => void lines.push(JSON.parse(line)) };
  const app = fastify({ trustProxy: true, logger: { level: 'warn', stream } });
  guardBodies(app, stall.stallMs);
  /** The targets of all requests whose headers have arrived, in order. */
  const arrived: string[] = [];
  app.addHook('preParsing', (request, _reply, payload, done) => {
    arrived.push(request.url);
    done(null, payload);
  });
  app.addContentTypeParser('text/plain', { parseAs: 'buffer' }, (_request, body, done) => done(null, body.length));
  app.post('/events', async ({ body }) => ({ bytes: body }));
  app.addContentTypeParser('multipart/form-data', (_request: unknown, payload: IncomingMessage) => text(payload));
  app.post('/forms', { config: { streamsForms: true } }, async () => 'taken');
  app.post('/refused', { onRequest: async (_request, reply) => reply.code(401).send('no') }, async () => 'never');
  const url = await app.listen({ port: 0, host: '127.0.0.1' });
  const sockets: Socket[] = [];
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    await app.close();
  });
  const port = Number(new URL(url).port);
  return {
    arrived,
    warnings: () => lines.filter(({ level }) => level === 40).map(({ msg }) => msg),
    /** Sends the beginning of a body. @returns the connection, and what it will have been answered */
    begin(head: string, body: string | Buffer, from = '203.0.113.1', type = 'text/plain') {
      const socket = connect(port, '127.0.0.1').on('error', () => {});
      sockets.push(socket);
      socket.write(`${head} HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: ${from}\r\nContent-Type: ${type}\r\n`);
      socket.write(body);
      return { socket, answer: text(socket).catch(() => 'cut off') };
    },
    async post(bytes: number, from: string) {
      const headers = { 'content-type': 'text/plain', 'x-forwarded-for': from };
      const answer = await fetch(`${url}/events`, { method: 'POST', headers, body: 'x'.repeat(bytes) });
      return answer.status;
    },
  };
}

test('bodies that never end hold a bounded amount of memory, and shoppers are served', async () => {
  const service = await openTestService();
  onTestFinished(() => service.close());
  const port = Number(new URL(service.url).port);
  // No token is needed: the body of this protocol is where it would stand.
  const head = `POST /matomo.php HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 1048576\r\n\r\n`;
  const sockets = Array.from({ length: 80 }, () => connect(port, '127.0.0.1'));
  let cut = 0;
  for (const socket of sockets) {
    socket
      .on('error', () => {})
      .on('close', () => cut++)
      .resume();
    socket.write(head);
    socket.write(Buffer.alloc(1_000_000, ' '));
  }
  await expect.poll(() => cut, { timeout: 10_000 }).toBeGreaterThan(0);
  expect(cut).toBeLessThan(40);
  const body = JSON.stringify({ requests: ['/track/vital/CLS?value=1&analytics_id=1'] });
  const bulk = `${service.url}/track/bulk?auth_token=${service.key}`;
  const answer = await fetch(bulk, { method: 'POST', headers: { 'content-type': 'text/plain' }, body });
  expect(answer.status).toBe(200);
  for (const socket of sockets) socket.destroy();
});

const lengthOf = (bytes: number) => `Content-Length: ${bytes}\r\n\r\n`;

describe('when arriving bodies hold too much memory', () => {
  const ATTACKER = '203.0.113.1';
  const almost = Buffer.concat([Buffer.from(lengthOf(1_048_576)), Buffer.alloc(1_048_000, ' ')]);

  test('the largest bodies of the address that holds most are ended, shoppers are served, and the log has one line', async () => {
    const { begin, post, warnings } = await openService();
    const small = begin('POST /events', `${lengthOf(100)}small`, '198.51.100.7');
    const ended: string[] = [];
    const hold = () => begin('POST /events', almost, ATTACKER).answer.then((answer) => void ended.push(answer));
    for (let i = 0; i < 80; i++) hold();
    await expect.poll(() => ended.length, { timeout: 10_000 }).toBeGreaterThanOrEqual(16);
    // They come again, as fast as they can, and it goes on.
    for (let round = 0; round < 5; round++) {
      for (let i = ended.length; i > 0; i--) hold();
      ended.length = 0;
      expect([await post(2_000, '198.51.100.8'), await post(900_000, '2001:db8::8')]).toEqual([200, 200]);
      // Behind the same address as the attacker, too, as where a proxy was not named.
      expect(await post(2_000, ATTACKER)).toBe(200);
    }
    await expect.poll(() => ended.length, { timeout: 10_000 }).toBeGreaterThan(0);
    for (const answer of ended.filter((answer) => answer !== '' && answer !== 'cut off')) {
      expect(answer).toMatch(
        /^HTTP\/1\.1 503 .*\r\nRetry-After: 2\r\n.*Too many large requests are arriving; try again in 2 seconds\./s,
      );
    }
    expect(warnings()).toEqual([
      'bodies that are still arriving hold more than 64 MB; the largest of the addresses that hold most are ended',
    ]);
    small.socket.write('x'.repeat(95));
    await once(small.socket, 'data');
  });

  test('an address that holds less loses nothing, however small the bodies are of the one that holds most', async () => {
    const { begin } = await openService();
    const large = begin('POST /events', `${lengthOf(1_000_000)}${' '.repeat(999_000)}`, '198.51.100.7');
    let ended = 0;
    const half = `${lengthOf(1_000_000)}${' '.repeat(500_000)}`;
    for (let i = 0; i < 150; i++) void begin('POST /events', half, ATTACKER).answer.then(() => ended++);
    await expect.poll(() => ended, { timeout: 10_000 }).toBeGreaterThanOrEqual(10);
    large.socket.end(' '.repeat(1_000));
    expect(await large.answer).toMatch(/^HTTP\/1\.1 200 .*\{"bytes":1000000\}/s);
  });

  test('of one address the large ones are ended, and a small one that is slow goes on', async () => {
    const { begin, arrived } = await openService();
    const small = begin('POST /events?small', `${lengthOf(100)}small`, ATTACKER);
    await expect.poll(() => arrived).toEqual(['/events?small']);
    let ended = 0;
    for (let i = 0; i < 80; i++) void begin('POST /events', almost, ATTACKER).answer.then(() => ended++);
    await expect.poll(() => ended, { timeout: 10_000 }).toBeGreaterThan(0);
    small.socket.end('x'.repeat(95));
    expect(await small.answer).toMatch(/^HTTP\/1\.1 200 .*\{"bytes":100\}/s);
  });

  test('of bodies of one size, those that hold theirs longest are ended', async () => {
    const { begin, arrived } = await openService();
    const ended: string[] = [];
    const answers: string[] = [];
    // Each counts 256 KB, whatever has come of it.
    const open = (name: string) => {
      const { answer } = begin(`POST /forms?${name}`, lengthOf(1000), ATTACKER, 'multipart/form-data; boundary=b');
      void answer.then((text) => {
        ended.push(name);
        answers.push(text);
      });
    };
    for (let i = 0; i < 40; i++) open('early');
    await expect.poll(() => arrived, { timeout: 10_000 }).toHaveLength(40);
    for (let i = 40; i < 257; i++) open('late');
    await expect.poll(() => ended, { timeout: 10_000 }).toEqual(Array(33).fill('early'));
    for (const answer of answers) expect(answer).toMatch(/^HTTP\/1\.1 503 .*\r\nRetry-After: 2\r\n/s);
  });

  test('chunks of one byte count as the memory that they take', async () => {
    const { begin, post } = await openService();
    const pieces = Buffer.from('1\r\nx\r\n'.repeat(200_000));
    const { answer } = begin(
      'POST /events',
      Buffer.concat([Buffer.from('Transfer-Encoding: chunked\r\n\r\n'), pieces]),
    );
    expect(await answer).toMatch(/^HTTP\/1\.1 503 |^$|^cut off$/);
    expect(await post(2_000, '198.51.100.8')).toBe(200);
  });

  test('a crowd behind one address is served while there is room', async () => {
    const { begin, warnings } = await openService();
    const half = `${lengthOf(200_000)}${'x'.repeat(100_000)}`;
    const crowd = Array.from({ length: 300 }, () => begin('POST /events', half));
    for (const { socket } of crowd) socket.end('x'.repeat(100_000));
    const answers = await Promise.all(crowd.map(({ answer }) => answer));
    expect(answers.filter((answer) => answer.startsWith('HTTP/1.1 200 '))).toHaveLength(300);
    expect(warnings()).toEqual([]);
  });
});

describe('a body that stalls', () => {
  test.each(['POST /events', 'POST /nothing-here', 'GET /nothing-here'])('is ended with 408: %s', async (head) => {
    const { begin } = await openService({ stallMs: 200 });
    expect(await begin(head, `${lengthOf(1000)}half`).answer).toMatch(
      /^HTTP\/1\.1 (408 .*The body stalled for 0\.2 seconds|404 )/s,
    );
  });

  test('is ended after 20 seconds', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] });
    onTestFinished(() => void vi.useRealTimers());
    const { begin, arrived, post } = await openService({});
    let isEnded = false;
    const { answer } = begin('POST /events', `${lengthOf(1000)}half`);
    void answer.then(() => (isEnded = true));
    await expect.poll(() => arrived).toHaveLength(1);
    vi.advanceTimersByTime(15_000);
    expect([await post(2_000, '198.51.100.8'), isEnded]).toEqual([200, false]);
    vi.advanceTimersByTime(10_000);
    expect(await answer).toMatch(/^HTTP\/1\.1 408 .*The body stalled for 20 seconds/s);
  });

  test('is ended also when a byte trickles in now and then', async () => {
    const { begin } = await openService({ stallMs: 500 });
    const { socket, answer } = begin('POST /events', `${lengthOf(1000)}half`);
    const dripping = setInterval(() => socket.write('x'), 50);
    onTestFinished(() => clearInterval(dripping));
    // A byte that comes after the end resets the connection, on a busy machine before the answer is read.
    expect(await answer).toMatch(/^HTTP\/1\.1 408 |^cut off$/);
  });

  test('is ended also after its request was refused', async () => {
    const { begin } = await openService({ stallMs: 200 });
    expect(await begin('POST /refused', `${lengthOf(1000)}half`).answer).toMatch(/^HTTP\/1\.1 401 /);
  });
});

test('a slow body that makes progress is accepted', async () => {
  const { begin } = await openService({ stallMs: 2000 });
  const { socket, answer } = begin('POST /events', lengthOf(8000));
  for (let sent = 0; sent < 8000; sent += 200) {
    socket.write('x'.repeat(200));
    await setTimeout(100);
  }
  socket.end();
  expect(await answer).toMatch(/^HTTP\/1\.1 200 .*\{"bytes":8000\}/s);
});
