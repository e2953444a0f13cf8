import type { FastifyInstance } from 'fastify';

const schema = {
  summary: 'Whether the service can work',
  description: '200 when both databases could be read and written just now, else 503 with what is wrong.',
  tags: ['operation'],
};

/** `GET /healthz`: asks each part, by name, whether it can work. */
export function healthRoute(app: FastifyInstance, checks: Record<string, () => unknown>): void {
  app.get('/healthz', { schema }, async (request, reply) => {
    const parts = await Promise.all(
      Object.entries(checks).map(async ([name, check]) => {
        try {
          await check();
          return [name, 'ok'] as const;
        } catch (error) {
          request.log.error({ err: error, part: name }, 'a health check failed');
          return [name, 'cannot be read and written; the log says why'] as const;
        }
      }),
    );
    const healthy = parts.every(([, state]) => state === 'ok');
    reply.code(healthy ? 200 : 503).header('cache-control', 'no-store');
    return { status: healthy ? 'ok' : 'failing', parts: Object.fromEntries(parts) };
  });
}
