import type {
  CategoryRecord,
  MediaRecord,
  StreamRecord,
  UserRecord,
} from '../../server/store/content/content-store.ts';
import type { BulkContent } from '../../server/store/testing/bulk-content.ts';
import { below, generator, pick } from '../random.ts';
import { WORDS } from './words.ts';

const DAY_MS = 86_400_000;
const YEARS_MS = 3 * 365 * DAY_MS;

/** How much there is of what. */
export interface Size {
  media: number;
  streams: number;
  categories: number;
  users: number;
}

/** Ids are consecutive from here on, so what refers to what can be drawn without looking up. */
const FIRST_USER = 1_001;
const FIRST_CATEGORY = 2_001;
const FIRST_STREAM = 3_001;
const FIRST_MEDIA = 4_000_001;
/** The stream that has the most media, and a category; with a million media both have more than 500 pages of 20. */
export const BIGGEST = { stream: FIRST_STREAM, category: FIRST_CATEGORY };

/**
 * A large shop, the same at every run but for the time it is counted back from: each media is in one to three streams
 * (popular ones have more), each stream in one or two categories. What they carry is what `npm run import` writes, a
 * picture of each product included.
 */
export function shopOf(customerId: number, size: Size, now: number): BulkContent {
  return {
    users: users(customerId, size),
    categories: categories(customerId, size),
    streams: streams(customerId, size),
    media: media(customerId, size, now),
  };
}

/** The media that pages showed in the last days, with how often they were rendered and clicked. */
export function* seenMedia({ media }: Size): Generator<{ mediaId: number; renders: number; clicks: number }> {
  const random = generator(5);
  for (let i = 0; i < media / 50; i++) {
    const renders = 3 + below(random, 10);
    yield { mediaId: FIRST_MEDIA + below(random, media), renders, clicks: below(random, renders) };
  }
}

function* users(customerId: number, { users }: Size): Generator<UserRecord> {
  const random = generator(1);
  for (let i = 0; i < users; i++) {
    const username = `${words(random, 2).replaceAll(/\W+/g, '.').toLowerCase()}.${i}`;
    const unknown = { name: null, avatarUrl: null, language: null, sourceId: null };
    yield { id: FIRST_USER + i, customerId, source: 'instagram', username, ...unknown };
  }
}

function* categories(customerId: number, { categories }: Size): Generator<CategoryRecord> {
  const random = generator(2);
  for (let i = 0; i < categories; i++) {
    const key = `category-${i}`;
    const productUrl = `https://www.shop.example/c/${key}`;
    yield { id: FIRST_CATEGORY + i, customerId, key, name: words(random, 2), productUrl };
  }
}

function* streams(customerId: number, size: Size): Generator<StreamRecord & { categoryIds: number[] }> {
  const random = generator(3);
  for (let i = 0; i < size.streams; i++) {
    const name = words(random, 2 + below(random, 4));
    const key = String(10_000_000 + i * 4_000 + below(random, 4_000));
    const category = below(random, size.categories);
    const other = random() < 0.5 ? [(category + 1 + below(random, size.categories - 1)) % size.categories] : [];
    yield {
      id: FIRST_STREAM + i,
      customerId,
      key,
      name,
      description: null,
      productUrl: `https://www.shop.example/p/${name.replaceAll(/\W+/g, '-').toLowerCase()}-${key}`,
      shopButtonUrl: null,
      status:
        i === 0
          ? 'available'
          : ((['available', 'unavailable', 'discontinued'] as const)[below(random, 40)] ?? 'available'),
      hideFromRelated: false,
      price: `${below(random, 300)}.${10 + below(random, 90)}`,
      availability: 'true',
      stock: null,
      color: null,
      baseMediaId: productPicture(size, i),
      coverMediaId: null,
      categoryIds: [category, ...other].map((index) => FIRST_CATEGORY + index),
    };
  }
}

type BulkMedia = MediaRecord & { streams: { streamId: number; position: number }[] };

function* media(customerId: number, size: Size, now: number): Generator<BulkMedia> {
  const random = generator(4);
  const filled = new Map<number, number>();
  for (let i = 0; i < size.media; i++) {
    const tagged = new Set(Array.from({ length: tags(random) }, () => popular(random, size.streams)));
    const streams = [...tagged].map((index) => {
      const position = filled.get(index) ?? 0;
      filled.set(index, position + 1);
      return { streamId: FIRST_STREAM + index, position };
    });
    const at = now - Math.floor(random() * YEARS_MS);
    const film = random() < 0.05;
    const located = random() < 0.1;
    yield {
      ...picture(customerId, FIRST_MEDIA + i, random, at),
      userId: FIRST_USER + below(random, size.users),
      type: film ? 'VIDEO' : 'IMAGE',
      videoExt: film ? 'mp4' : null,
      caption: random() < 0.05 ? null : words(random, captionLength(random)),
      latitude: located ? degrees(random, 60) : null,
      longitude: located ? degrees(random, 180) : null,
      likes: below(random, 900),
      rights: random() < 0.3,
      photorank: Math.floor(random() * 1e6) / 1e6,
      streams,
    };
  }
  for (let i = 0; i < size.streams; i++)
    yield {
      ...picture(customerId, productPicture(size, i), random, now - YEARS_MS),
      userId: FIRST_USER,
      source: 'customer',
      listed: false,
      streams: [],
    };
}

function picture(customerId: number, id: number, random: () => number, at: number): BulkMedia {
  return {
    id,
    customerId,
    userId: 0,
    type: 'IMAGE',
    hash: Array.from({ length: 8 }, () => hex(random)).join(''),
    imageExt: 'jpg',
    videoExt: null,
    width: 1080,
    height: [1080, 1350, 810][below(random, 3)] ?? 1080,
    source: 'instagram',
    sourceId: null,
    originalSource: null,
    shareUrl: null,
    caption: null,
    latitude: null,
    longitude: null,
    favorite: false,
    likes: 0,
    status: 'approved',
    rights: false,
    submittedAt: at,
    publishedAt: at,
    listed: true,
    photorank: 0,
    // There are no files, so there is nothing to make of them.
    avif: 'done',
    reviewed: true,
    pixelHash: null,
    perceptualHash: null,
    streams: [],
  };
}

function productPicture({ media }: Size, stream: number): number {
  return FIRST_MEDIA + media + stream;
}

/** The square of a random number: of 20,000 streams, the first gets 0.7 % of all tags and the last 0.0025 %. */
function popular(random: () => number, streams: number): number {
  return Math.floor(random() ** 2 * streams);
}

/** As in the demo's content: half of the media show one product, a third two, the rest three. */
function tags(random: () => number): number {
  const share = random();
  return share < 0.48 ? 1 : share < 0.8 ? 2 : 3;
}

/** In words. As in the demo's content: 48 characters on average, half fewer than 42, and now and then a letter of 300. */
function captionLength(random: () => number): number {
  return 3 + below(random, 8) + Math.floor(random() ** 12 * 50);
}

function words(random: () => number, count: number): string {
  return Array.from({ length: count }, () => pick(random, WORDS)).join(' ');
}

/** To ten metres, as shops pass them on. */
function degrees(random: () => number, limit: number): number {
  return Math.round((random() * 2 - 1) * limit * 1e4) / 1e4;
}

function hex(random: () => number): string {
  return below(random, 2 ** 32)
    .toString(16)
    .padStart(8, '0');
}
