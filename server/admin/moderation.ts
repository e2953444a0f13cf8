import { imageUrl, videoUrl } from '../media/paths.ts';
import { restoreFiles, settleFiles } from '../media/withdraw.ts';
import type { ContentStore, MediaRecord, QueueEntry, Report } from '../store/content/content-store.ts';
import { AdminError } from './actions.ts';

/** What a moderator may do, for the command and for the endpoints alike. */

/** A media that waits for a decision, with what is needed for it. */
export interface Waiting {
  mediaId: number;
  reason: QueueEntry['reason'];
  /** Milliseconds since 1970. */
  since: number;
  type: MediaRecord['type'];
  caption: string | null;
  /** Who uploaded it. */
  userId: number;
  /** Paths of the media at this service. */
  image: string;
  video: string | null;
  /** Oldest first. */
  reports: Report[];
}

export interface WaitingPage {
  waiting: Waiting[];
  /** What to give as `after` for the rest; null at the end. */
  next: number | null;
}

/** Oldest first. @param after `next` of the page before */
export async function waitingMedia(
  store: ContentStore,
  customerId: number,
  after: number,
  count: number,
): Promise<WaitingPage> {
  const entries = await store.queue(customerId, after, count + 1);
  const shown = entries.slice(0, count);
  const ids = shown.map(({ mediaId }) => mediaId);
  const media = new Map((await store.media(ids)).map((one) => [one.id, one]));
  const reports = await store.reports(ids);
  return {
    waiting: shown.map(({ mediaId, reason, since }) => {
      const { type, caption, userId, hash, imageExt, videoExt } = media.get(mediaId) as MediaRecord;
      const video = videoExt && videoUrl(hash, videoExt);
      const files = { image: imageUrl(hash, 'normal', imageExt), video };
      return { mediaId, reason, since, type, caption, userId, ...files, reports: reports.get(mediaId) ?? [] };
    }),
    next: entries.length > count ? (shown.at(-1)?.id ?? null) : null,
  };
}

export interface Decision {
  mediaId: number;
  status: 'approved' | 'rejected';
}

/** Shows a media. One that was rejected comes back. */
export async function approve(
  { store, data }: { store: ContentStore; data: string },
  customerId: number,
  mediaId: number,
): Promise<Decision> {
  const media = await ownMedia(store, customerId, mediaId);
  // Its files first: what is shown has its files.
  if (media.status === 'rejected') await restoreFiles(data, media.hash);
  await store.decide(customerId, mediaId, 'approved', Date.now());
  await settleFiles(store, data, media.hash);
  return { mediaId, status: 'approved' };
}

/** Shows a media nowhere, neither in answers nor by the URLs of its files. One that is shown can be rejected, too. */
export async function reject(
  { store, data }: { store: ContentStore; data: string },
  customerId: number,
  mediaId: number,
): Promise<Decision> {
  const { hash } = await ownMedia(store, customerId, mediaId);
  await store.decide(customerId, mediaId, 'rejected', Date.now());
  await settleFiles(store, data, hash);
  return { mediaId, status: 'rejected' };
}

/** Whether uploads wait for approval before they are shown. What is shown already stays. */
export async function setPremoderation(store: ContentStore, customerId: number, premoderation: boolean): Promise<void> {
  const customer = await store.customer(customerId);
  if (!customer) throw new AdminError(404, `There is no customer ${customerId}.`);
  const { key, name, domain, settings } = customer;
  await store.upsertCustomer({ key, name, domain, settings: { ...settings, premoderation } });
}

async function ownMedia(store: ContentStore, customerId: number, mediaId: number): Promise<MediaRecord> {
  const [media] = await store.media([mediaId]);
  if (media?.customerId !== customerId) throw new AdminError(404, `The customer has no media ${mediaId}.`);
  return media;
}
