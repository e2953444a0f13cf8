import type { FastifyInstance } from 'fastify';

const CHECK_EVERY_MS = 20;
/** Milliseconds that closing waits for connections: browsers keep some in reserve that never carry a request. */
const MAX_CLOSE_MS = 3_000;

/**
 * Makes `close` end soon: requests in progress are answered, and each connection is closed when it is idle. Node closes
 * idle connections only once, when closing begins, and would wait for the keep-alive of all others.
 */
export function closeGracefully(app: FastifyInstance): void {
  app.addHook('preClose', async () => {
    const { server } = app;
    if (!server.listening) return;
    const idleCheck = setInterval(() => server.closeIdleConnections(), CHECK_EVERY_MS);
    const deadline = setTimeout(() => server.closeAllConnections(), MAX_CLOSE_MS);
    server.once('close', () => {
      clearInterval(idleCheck);
      clearTimeout(deadline);
    });
  });
}
