import { setInterval } from 'node:timers';
import type { FastifyInstance } from 'fastify';
import type { ContentStore } from '../../store/content/content-store.ts';
import { notAllowed } from '../errors.ts';
import type { ContentOptions } from '../plugin.ts';
import { asking } from '../request-context.ts';
import { reportRoutes } from '../routes/reports.ts';
import { stashRoutes } from '../routes/stashes.ts';
import { uploaderRoutes } from '../routes/uploaders.ts';
import { uploadRoutes } from '../routes/uploads.ts';
import { emptyIncoming, uploadFolders } from './folders.ts';
import { takeForms } from './form.ts';
import { hashRejected } from './hash-rejected.ts';
import { createStashes } from './stashes.ts';

const SWEEP_EVERY_MS = 3600_000;
/** A user who uploads nothing for so long is removed, and has to be made anew. */
const IDLE_UPLOADER_MS = 7 * 24 * 3600_000;

/** The writing half of the content API: everything that is posted. */
export async function uploadsPlugin(app: FastifyInstance, { store, data }: ContentOptions): Promise<void> {
  const folders = uploadFolders(data);
  const stashes = createStashes(store, folders.stashes);
  takeForms(app, folders.incoming);
  app.addHook('onRequest', async (_request, reply) => {
    reply.header('cache-control', 'no-store');
  });
  app.addHook('preHandler', async (request) => {
    // A form arrives for minutes, and a customer may be removed meanwhile.
    if (!(await store.access.hasCustomer(asking(request).token.customerId))) throw notAllowed();
  });

  uploaderRoutes(app, store);
  uploadRoutes(app, { store, data, stashes });
  stashRoutes(app, stashes);
  reportRoutes(app, { store, data });

  const ended = new AbortController();
  let sweeping: NodeJS.Timeout | undefined;
  let hashing: Promise<void> | undefined;
  app.addHook('onReady', async () => {
    await emptyIncoming(store, data);
    await stashes.sweep();
    await forgetStrangers(store);
    sweeping = setInterval(() => {
      stashes.sweep().catch((error) => app.log.error({ err: error }, 'old stashes were not removed'));
      forgetStrangers(store).catch((error) => app.log.error({ err: error }, 'idle uploaders were not removed'));
    }, SWEEP_EVERY_MS).unref();
    hashing = hashRejected(store, data, ended.signal).catch((error) =>
      app.log.error({ err: error }, 'rejected media were not hashed'),
    );
  });
  app.addHook('onClose', async () => {
    clearInterval(sweeping);
    ended.abort();
    await hashing;
  });
}

/** Removes what is kept of strangers only for a while. */
async function forgetStrangers(store: ContentStore): Promise<void> {
  const now = Date.now();
  await store.removeIdleUploaders(now - IDLE_UPLOADER_MS);
  await store.forgetReportQuota(now);
}
