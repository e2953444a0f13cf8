import { buildServer } from '../build-server.ts';

/** For tests that start the service as its own process: they start what is built, of the sources as they are now. */
export default buildServer;
