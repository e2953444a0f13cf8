import { setInterval } from 'node:timers';
import type { FastifyInstance } from 'fastify';
import type { MediaArchive } from '../../media/media-archive.ts';
import { incomingFolder, stashFolder } from '../../media/paths.ts';
import type { ContentStore } from '../../store/content/content-store.ts';
import { notAllowed } from '../errors.ts';
import { contextOf } from '../request-context.ts';
import { reportRoutes } from '../routes/reports.ts';
import { stashRoutes } from '../routes/stashes.ts';
import { uploaderRoutes } from '../routes/uploaders.ts';
import { uploadRoutes } from '../routes/uploads.ts';
import { takeForms } from './form.ts';
import { hashRejected } from './hash-rejected.ts';
import { createStashes } from './stashes.ts';

const SWEEP_INTERVAL_MS = 3600_000;
/** The age at which a user without uploads is removed. Its visitor then has to create another one. */
const IDLE_UPLOADER_MS = 7 * 24 * 3600_000;

/** The writing half of the content API: all its POST endpoints. */
export async function uploadsPlugin(app: FastifyInstance, { archive }: { archive: MediaArchive }): Promise<void> {
  const { contentStore, dataDir } = archive;
  const stashes = createStashes(contentStore, stashFolder(dataDir));
  takeForms(app, incomingFolder(dataDir));
  app.addHook('onRequest', async (_request, reply) => {
    reply.header('cache-control', 'no-store');
  });
  app.addHook('preHandler', async (request) => {
    // A form may take minutes to arrive, and its customer may have been removed meanwhile.
    if (!(await contentStore.access.hasCustomer(contextOf(request).token.customerId))) throw notAllowed();
  });

  uploaderRoutes(app, contentStore);
  uploadRoutes(app, archive, stashes);
  stashRoutes(app, stashes);
  reportRoutes(app, archive);

  const ended = new AbortController();
  let sweeping: NodeJS.Timeout | undefined;
  let hashing: Promise<void> | undefined;
  app.addHook('onReady', async () => {
    await archive.recover();
    await stashes.sweep();
    await removeExpired(contentStore);
    sweeping = setInterval(() => {
      stashes.sweep().catch((error) => app.log.error({ err: error }, 'old stashes were not removed'));
      removeExpired(contentStore).catch((error) => app.log.error({ err: error }, 'idle uploaders were not removed'));
    }, SWEEP_INTERVAL_MS).unref();
    hashing = hashRejected(archive, ended.signal).catch((error) =>
      app.log.error({ err: error }, 'rejected media were not hashed'),
    );
  });
  app.addHook('onClose', async () => {
    clearInterval(sweeping);
    ended.abort();
    await hashing;
  });
}

/** Removes what is stored about visitors for a limited time only. */
async function removeExpired(contentStore: ContentStore): Promise<void> {
  const now = Date.now();
  await contentStore.removeIdleUploaders(now - IDLE_UPLOADER_MS);
  await contentStore.forgetReportQuota(now);
}
