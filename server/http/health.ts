import type { FastifyInstance } from 'fastify';
import { example } from './example.ts';

const FAILING = 'cannot be read and written; the log says why';

const schema = {
  summary: 'Whether the service can work',
  description: '200 when both databases could be read and written just now, else 503 with what is wrong.',
  tags: ['operation'],
  security: [],
  response: {
    200: example('All parts work.', { status: 'ok', parts: { content: 'ok', events: 'ok' } }),
    503: example('Some do not.', { status: 'failing', parts: { content: 'ok', events: FAILING } }),
  },
};

/**
 * `GET /healthz`: asks each part, by name, whether it can work. A check writes to the disk, before the shoppers' events,
 * and anybody may ask: those who ask while one is under way share its answer.
 */
export function healthRoute(app: FastifyInstance, checks: Record<string, () => unknown>): void {
  let underWay: Promise<Record<string, string>> | undefined;
  const failing = new Set<string>();
  app.get('/healthz', { schema }, async (_, reply) => {
    underWay ??= checkAll(app, checks, failing).finally(() => {
      underWay = undefined;
    });
    const parts = await underWay;
    const healthy = Object.values(parts).every((state) => state === 'ok');
    reply.code(healthy ? 200 : 503).header('cache-control', 'no-store');
    return { status: healthy ? 'ok' : 'failing', parts };
  });
}

/** @param failing the parts that failed last time: of what goes on failing the log has been told */
async function checkAll(
  app: FastifyInstance,
  checks: Record<string, () => unknown>,
  failing: Set<string>,
): Promise<Record<string, string>> {
  const parts = await Promise.all(
    Object.entries(checks).map(async ([name, check]) => {
      try {
        await check();
        if (failing.delete(name)) app.log.warn({ part: name }, 'a part that failed its health check works again');
        return [name, 'ok'];
      } catch (error) {
        if (!failing.has(name)) app.log.error({ err: error, part: name }, 'a health check failed');
        failing.add(name);
        return [name, FAILING];
      }
    }),
  );
  return Object.fromEntries(parts);
}
