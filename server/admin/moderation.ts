import { placing } from '../content/uploads/folders.ts';
import { hashMedia } from '../content/uploads/hash-rejected.ts';
import { REPORT_THRESHOLD } from '../content/uploads/report-limits.ts';
import { imageUrl, videoUrl } from '../media/paths.ts';
import { MODERATOR_MS, signFile } from '../media/signed-file.ts';
import { moveFiles } from '../media/withdraw.ts';
import type { ContentStore, CustomerRecord, MediaRecord, QueueEntry, Report } from '../store/content/content-store.ts';
import { AdminError } from './actions.ts';

/** What a moderator may do, for the command and for the endpoints alike. */

/** A media that waits for a decision, with what is needed for it. */
export interface Waiting {
  mediaId: number;
  reason: QueueEntry['reason'];
  /** Whether it is shown meanwhile. */
  shown: boolean;
  /** Milliseconds since 1970. */
  since: number;
  type: MediaRecord['type'];
  caption: string | null;
  /** Who uploaded it. */
  userId: number;
  /** Paths of the media at this service. Of one that is not shown they are good for an hour. */
  image: string;
  video: string | null;
  /** From how many addresses it was reported. */
  reporters: number;
  /** Oldest first, a hundred at most. */
  reports: Report[];
}

export interface WaitingPage {
  waiting: Waiting[];
  /** What to give as `after` for the rest; null at the end. */
  next: number | null;
  settings: ModerationSettings;
}

export interface ModerationSettings {
  /** Whether uploads wait for approval before they are shown. */
  premoderation: boolean;
  /** From how many addresses a media that nobody approved must be reported to be hidden; 0: reports hide nothing. */
  reportThreshold: number;
}

/** Oldest first. @param after `next` of the page before */
export async function waitingMedia(
  store: ContentStore,
  customerId: number,
  after: number,
  count: number,
): Promise<WaitingPage> {
  const entries = await store.queue(customerId, after, count + 1);
  const listed = entries.slice(0, count);
  const ids = listed.map(({ mediaId }) => mediaId);
  const media = new Map((await store.media(ids)).map((one) => [one.id, one]));
  const reports = await store.reports(ids);
  return {
    waiting: listed.map(({ mediaId, reason, since, reporters }) => {
      const one = media.get(mediaId) as MediaRecord;
      const { type, caption, userId, status } = one;
      const facts = { mediaId, reason, shown: status === 'approved', since, type, caption, userId };
      return { ...facts, ...filesOf(one, store.secret), reporters, reports: reports.get(mediaId) ?? [] };
    }),
    next: entries.length > count ? (listed.at(-1)?.id ?? null) : null,
    settings: settingsOf(await findCustomer(store, customerId)),
  };
}

function filesOf({ hash, imageExt, videoExt, status }: MediaRecord, secret: Buffer): Pick<Waiting, 'image' | 'video'> {
  const until = Date.now() + MODERATOR_MS;
  const open = (path: string) => (status === 'approved' ? path : signFile(path, hash, until, secret));
  return { image: open(imageUrl(hash, 'normal', imageExt)), video: videoExt && open(videoUrl(hash, videoExt)) };
}

export interface Decision {
  mediaId: number;
  status: 'approved' | 'rejected';
}

interface Content {
  store: ContentStore;
  /** The data folder. */
  data: string;
}

/** Shows a media, whatever is reported of it. One that was rejected comes back. */
export async function approve({ store, data }: Content, customerId: number, mediaId: number): Promise<Decision> {
  const { hash } = await ownMedia(store, customerId, mediaId);
  await placing(store, data, hash, async () => {
    // Its files first: what is shown has its files.
    await moveFiles(data, hash, 'approved');
    await store.decide(customerId, mediaId, 'approved', Date.now());
  });
  return { mediaId, status: 'approved' };
}

/**
 * Shows a media nowhere, neither in answers nor by the URLs of its files, and refuses what looks like it from then on.
 * One that is shown can be rejected, too.
 */
export async function reject({ store, data }: Content, customerId: number, mediaId: number): Promise<Decision> {
  const media = await ownMedia(store, customerId, mediaId);
  await hashMedia(store, data, media);
  await placing(store, data, media.hash, () => store.decide(customerId, mediaId, 'rejected', Date.now()));
  return { mediaId, status: 'rejected' };
}

/** Changes what is given. What is shown already stays. */
export async function setModeration(
  store: ContentStore,
  customerId: number,
  wanted: Partial<ModerationSettings>,
): Promise<ModerationSettings> {
  const { key, name, domain, settings } = await findCustomer(store, customerId);
  const { premoderation, reportThreshold } = { ...settingsOf({ settings }), ...wanted };
  if (!Number.isInteger(reportThreshold) || reportThreshold < 0 || reportThreshold > MAX_REPORT_THRESHOLD)
    throw new AdminError(400, `The threshold must be a whole number from 0 to ${MAX_REPORT_THRESHOLD}.`);
  await store.upsertCustomer({ key, name, domain, settings: { ...settings, premoderation, reportThreshold } });
  return { premoderation, reportThreshold };
}

/** Of a media, no more than a hundred reports are kept. */
const MAX_REPORT_THRESHOLD = 100;

function settingsOf({ settings }: Pick<CustomerRecord, 'settings'>): ModerationSettings {
  const { premoderation = false, reportThreshold = REPORT_THRESHOLD } = settings;
  return { premoderation, reportThreshold };
}

async function findCustomer(store: ContentStore, customerId: number): Promise<CustomerRecord> {
  const customer = await store.customer(customerId);
  if (!customer) throw new AdminError(404, `There is no customer ${customerId}.`);
  return customer;
}

async function ownMedia(store: ContentStore, customerId: number, mediaId: number): Promise<MediaRecord> {
  const [media] = await store.media([mediaId]);
  if (media?.customerId !== customerId) throw new AdminError(404, `The customer has no media ${mediaId}.`);
  return media;
}
