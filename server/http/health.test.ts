import fastify from 'fastify';
import { expect, test } from 'vitest';
import { healthRoute } from './health.ts';

test('requests during a check share its result, and a later request gets a new check', async () => {
  const app = fastify();
  let checks = 0;
  const { promise: done, resolve: finish } = Promise.withResolvers<void>();
  let arrived = 0;
  app.addHook('onRequest', async () => {
    // Handlers run after this and before the next turn of the event loop.
    if (++arrived === 50) setImmediate(finish);
  });
  healthRoute(app, {
    disk: () => {
      checks++;
      return done;
    },
  });
  const asked = Array.from({ length: 50 }, () => app.inject('/healthz').then(({ statusCode }) => statusCode));
  expect(await Promise.all(asked)).toEqual(Array(50).fill(200));
  expect(checks).toBe(1);
  await app.inject('/healthz');
  expect(checks).toBe(2);
  await app.close();
});

test('503 names the part that fails, and not the reason', async () => {
  const app = fastify();
  healthRoute(app, { content: () => {}, events: () => Promise.reject(new Error('disk 7 is full')) });
  const { statusCode, headers, body } = await app.inject('/healthz');
  expect([statusCode, headers['cache-control']]).toEqual([503, 'no-store']);
  expect(JSON.parse(body)).toEqual({
    status: 'failing',
    parts: { content: 'ok', events: expect.stringContaining('cannot be read and written') },
  });
  expect(body).not.toContain('disk 7');
  await app.close();
});

test('the log has one line for all parts that fail, with the reasons, and one when they work again', async () => {
  const lines: Record<string, unknown>[] = [];
  const app = fastify({
    logger: { level: 'warn', stream: { write: (line: string) => void lines.push(JSON.parse(line)) } },
  });
  let full = false;
  const write = (part: string) => () => {
    if (full) throw new Error(`${part}: the disk is full`);
  };
  healthRoute(app, { content: write('content'), events: write('events'), cache: () => {} });
  for (full of [false, true, true, false, false]) await app.inject('/healthz');
  expect(lines).toMatchObject([
    { level: 50, parts: { content: 'content: the disk is full', events: 'events: the disk is full' } },
    { level: 40, parts: ['content', 'events'] },
  ]);
  expect(lines).toHaveLength(2);
  await app.close();
});
