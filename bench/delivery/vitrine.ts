import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { StoredEvents } from '../../server/store/testing/stored-events.ts';
import { removeData, startService } from '../../tools/service.ts';
import { allPictures } from '../pictures.ts';
import type { Tracker } from './tracker.ts';

/**
 * Ours: the built tag, and the real service with its database.
 * @param data a data folder, which goes in the end; without one, a fresh one whose pictures are all made
 */
export async function startVitrine(data?: string): Promise<Tracker> {
  const service = await startService(data === undefined ? {} : { data });
  if (data === undefined) await allPictures(service.data);
  const { customer, key } = service.config;
  const stored = new StoredEvents({ data: service.data, customerId: Number(customer) });
  return {
    name: 'Vitrine',
    collector: service.url,
    shop: (path, api) =>
      path === '/'
        ? {
            type: 'text/html',
            body: `<!doctype html><title>Shop</title><link rel="icon" href="data:,">
<script async src="${service.url}/vitrine.js" data-key="${key}" data-api="${api}" data-vitals="off"></script>
<script>
  function say(run, from, to, text) {
    for (let media = from; media < to; media++) {
      (Array.isArray(window.vitrine) ? window.vitrine : window.vitrine = []).push(['track', {
        kind: 'media', action: 'click', instance: run, scope: { kind: 'best' }, media: String(media), pics: 1,
        segments: text ? [['text', text()]] : [],
      }]);
    }
  }
  // The tracker marks the document, so that a second one does not start.
  function ready() {
    return Object.getOwnPropertySymbols(document).some(({ description }) => description?.startsWith('vitrine '));
  }
</script>`,
          }
        : undefined,
    sellAt: (origin) =>
      void execFileSync('node', ['dist/server/admin.js', 'origin', 'add', origin, '--customer', customer], {
        cwd: fileURLToPath(new URL('../..', import.meta.url)),
        env: { ...process.env, VITRINE_DATA: service.data },
      }),
    stored: (run) => new Map([...stored.mediaOf(run)].map(([media, times]) => [Number(media), times])),
    async close() {
      stored.close();
      await service.stop();
      await removeData(service.data);
    },
  };
}
