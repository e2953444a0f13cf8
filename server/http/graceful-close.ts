import type { FastifyInstance } from 'fastify';

const LOOK_EVERY_MS = 20;
/** A browser keeps connections in reserve that never carried a request; they are waited for no longer than this. */
const GRACE_MS = 3_000;

/**
 * Lets `close` end soon: requests under way are answered, and each connection is let go as it falls idle. Node looks
 * only once, when closing begins, and would wait for what was busy then until its keep-alive runs out.
 */
export function closeSoon(app: FastifyInstance): void {
  app.addHook('preClose', async () => {
    const { server } = app;
    if (!server.listening) return;
    const look = setInterval(() => server.closeIdleConnections(), LOOK_EVERY_MS);
    const giveUp = setTimeout(() => server.closeAllConnections(), GRACE_MS);
    server.once('close', () => {
      clearInterval(look);
      clearTimeout(giveUp);
    });
  });
}
