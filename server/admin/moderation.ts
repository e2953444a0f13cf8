import Type from 'typebox';
import { REPORT_THRESHOLD } from '../content/uploads/report-limits.ts';
import type { MediaArchive } from '../media/media-archive.ts';
import { imageUrl, videoUrl } from '../media/paths.ts';
import { MODERATOR_MS, signFile } from '../media/signed-file.ts';
import type { ContentStore, CustomerRecord, MediaRecord, QueueEntry, Report } from '../store/content/content-store.ts';
import { changeSettings, findCustomer } from './customers.ts';
import { AdminError } from './errors.ts';
import type { Input } from './input.ts';

/** The actions of a moderator, for the command and for the endpoints. */

/** At most 100 reports of a media are stored, so a higher threshold could not be reached. */
const MAX_REPORT_THRESHOLD = 100;

/** A media that waits for a decision, with the facts for it. */
export interface Waiting {
  mediaId: number;
  reason: QueueEntry['reason'];
  /** Whether the media is visible meanwhile. */
  shown: boolean;
  /** Milliseconds since 1970. */
  since: number;
  type: MediaRecord['type'];
  caption: string | null;
  /** The user who uploaded the media. */
  userId: number;
  /** The paths of the media's files. The path of a hidden media is valid for an hour. */
  image: string;
  video: string | null;
  /** The number of network addresses that reported the media. */
  reporters: number;
  /** At most a hundred reports, oldest first. */
  reports: Report[];
}

export interface WaitingPage {
  waiting: Waiting[];
  /** The `after` of the next page; null on the last page. */
  next: number | null;
  settings: ModerationSettings;
}

export interface ModerationSettings {
  /** Whether an upload waits for approval before it is visible. */
  premoderation: boolean;
  /** The number of addresses that must report an unapproved media to hide it. With 0, reports hide nothing. */
  reportThreshold: number;
}

/** Reads a page of the moderation queue, oldest first. @param after `next` of the page before */
export async function waitingMedia(
  contentStore: ContentStore,
  customerId: number,
  after: number,
  count: number,
): Promise<WaitingPage> {
  const entries = await contentStore.queue(customerId, after, count + 1);
  const listed = entries.slice(0, count);
  const ids = listed.map(({ mediaId }) => mediaId);
  const media = new Map((await contentStore.media(ids)).map((one) => [one.id, one]));
  const reports = await contentStore.reports(ids);
  return {
    waiting: listed.map(({ mediaId, reason, since, reporters }) => {
      const one = media.get(mediaId) as MediaRecord;
      const { type, caption, userId, status } = one;
      const facts = { mediaId, reason, shown: status === 'approved', since, type, caption, userId };
      return { ...facts, ...filesOf(one, contentStore.secret), reporters, reports: reports.get(mediaId) ?? [] };
    }),
    next: entries.length > count ? (listed.at(-1)?.id ?? null) : null,
    settings: settingsOf(await findCustomer(contentStore, customerId)),
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

/** Makes a media visible, despite its reports. A rejected media becomes visible again. */
export async function approve(archive: MediaArchive, customerId: number, mediaId: number): Promise<Decision> {
  const { contentStore } = archive;
  const { hash } = await findOwnMedia(contentStore, customerId, mediaId);
  await archive.update(hash, async () => {
    // The files are moved first, so that a visible media always has its files.
    await archive.moveFiles(hash, 'approved');
    await contentStore.decide(customerId, mediaId, 'approved', Date.now());
  });
  return { mediaId, status: 'approved' };
}

/**
 * Hides a media in all answers, and its files. Uploads that look like it are refused from now on. A visible media can be
 * rejected too.
 */
export async function reject(archive: MediaArchive, customerId: number, mediaId: number): Promise<Decision> {
  const { contentStore } = archive;
  const media = await findOwnMedia(contentStore, customerId, mediaId);
  await archive.hashPixels(media);
  await archive.update(media.hash, () => contentStore.decide(customerId, mediaId, 'rejected', Date.now()));
  return { mediaId, status: 'rejected' };
}

/** The settings that a request changes. */
export const ChangedSettings = Type.Object(
  {
    premoderation: Type.Optional(
      Type.Boolean({ description: 'Whether uploads wait for approval before they are shown.' }),
    ),
    reportThreshold: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: MAX_REPORT_THRESHOLD,
        description:
          'The number of addresses that must report an unapproved media to hide it. With 0, reports hide nothing. Default 3.',
      }),
    ),
  },
  {
    // A request without either would be answered as if it had changed something.
    anyOf: [{ required: ['premoderation'] }, { required: ['reportThreshold'] }],
    examples: [{ premoderation: true, reportThreshold: 3 }],
  },
);

/** Changes the given settings. Media that are visible already stay visible. */
export async function setModeration(
  contentStore: ContentStore,
  customerId: number,
  changed: Input<typeof ChangedSettings>,
): Promise<ModerationSettings> {
  const customer = await findCustomer(contentStore, customerId);
  const { premoderation, reportThreshold } = { ...settingsOf(customer), ...changed } as ModerationSettings;
  if (!Number.isInteger(reportThreshold) || reportThreshold < 0 || reportThreshold > MAX_REPORT_THRESHOLD)
    throw new AdminError(400, `The threshold must be a whole number from 0 to ${MAX_REPORT_THRESHOLD}.`);
  await changeSettings(contentStore, customer, { premoderation, reportThreshold });
  return { premoderation, reportThreshold };
}

function settingsOf({ settings }: Pick<CustomerRecord, 'settings'>): ModerationSettings {
  const { premoderation = false, reportThreshold = REPORT_THRESHOLD } = settings;
  return { premoderation, reportThreshold };
}

async function findOwnMedia(contentStore: ContentStore, customerId: number, mediaId: number): Promise<MediaRecord> {
  const [media] = await contentStore.media([mediaId]);
  if (media?.customerId !== customerId) throw new AdminError(404, `The customer has no media ${mediaId}.`);
  return media;
}
