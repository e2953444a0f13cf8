import { setInterval } from 'node:timers';
import type { FastifyInstance } from 'fastify';
import type { ContentOptions } from '../plugin.ts';
import { reportRoutes } from '../routes/reports.ts';
import { stashRoutes } from '../routes/stashes.ts';
import { uploaderRoutes } from '../routes/uploaders.ts';
import { uploadRoutes } from '../routes/uploads.ts';
import { emptyIncoming, uploadFolders } from './folders.ts';
import { takeForms } from './form.ts';
import { createStashes } from './stashes.ts';

const SWEEP_EVERY_MS = 3600_000;

/** The writing half of the content API: everything that is posted. */
export async function uploadsPlugin(app: FastifyInstance, { store, data }: ContentOptions): Promise<void> {
  const folders = uploadFolders(data);
  const stashes = createStashes(store, folders.stashes);
  takeForms(app, folders.incoming);
  app.addHook('onRequest', async (_request, reply) => {
    reply.header('cache-control', 'no-store');
  });

  uploaderRoutes(app, store);
  uploadRoutes(app, { store, data, stashes });
  stashRoutes(app, stashes);
  reportRoutes(app, store);

  let sweeping: NodeJS.Timeout | undefined;
  app.addHook('onReady', async () => {
    await emptyIncoming(store, data);
    await stashes.sweep();
    sweeping = setInterval(() => {
      stashes.sweep().catch((error) => app.log.error({ err: error }, 'old stashes were not removed'));
    }, SWEEP_EVERY_MS).unref();
  });
  app.addHook('onClose', async () => clearInterval(sweeping));
}
