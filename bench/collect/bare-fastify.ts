import type { AddressInfo } from 'node:net';
import fastify from 'fastify';

/** A process with nothing but Fastify and a route that answers nothing. Says its port. */
const app = fastify();
app.get('/', (_, reply) => {
  reply.code(204).send();
});
await app.listen({ port: 0, host: '127.0.0.1' });
process.send?.((app.server.address() as AddressInfo).port);
process.once('disconnect', () => app.close());
