import type { CustomerSettings, StreamStatus, WidgetInstance, WidgetStyle } from '../../../../src/content/resources.ts';
import type { Permissions, Token } from '../../access.ts';

/**
 * What is stored of customers and their content. The tables of the database are derived from these (`schema.ts`). Ids are
 * positive integers, times milliseconds since 1970 UTC, keys the shop's own ids.
 */

/** What visitors shall do, by number, for the wire by query string: `{"1": "Newsletter"}`. No answer shows it. */
export type Goals = Readonly<Record<string, string>>;

export interface CustomerRecord {
  id: number;
  /** A short name in lower case, unique: `template_dir` in answers, `--customer` of the commands. */
  key: string;
  name: string;
  /** The shop's host name. */
  domain: string;
  language: string;
  /** Who posts in the customer's own name; made with the customer. */
  userId: number;
  /** What differs from the defaults of `server/content/representations/customer.ts`. */
  settings: Partial<CustomerSettings> & {
    goals?: Goals;
    /** The last one given. */
    goalNumber?: number;
    /** From how many addresses a media must be reported to be hidden; 0: reports hide nothing. No answer shows it. */
    reportThreshold?: number;
    /** What differs from `PERMISSIONS`. No answer shows it. */
    permissions?: Partial<Permissions>;
  };
}

export interface StreamRecord {
  id: number;
  customerId: number;
  key: string;
  name: string;
  description: string | null;
  productUrl: string | null;
  shopButtonUrl: string | null;
  status: StreamStatus;
  hideFromRelated: boolean;
  price: string | null;
  availability: string | null;
  stock: string | null;
  color: string | null;
  /** The product's own picture: a media that is in no list. */
  baseMediaId: number | null;
  /** The customers' media that stands for the stream: the first by position that was shown, until it is not. */
  coverMediaId: number | null;
}

export interface CategoryRecord {
  id: number;
  customerId: number;
  key: string;
  name: string;
  productUrl: string | null;
}

export interface UserRecord {
  id: number;
  customerId: number;
  /** Where the user comes from: `instagram`, `upload`, `harddrive`… */
  source: string;
  username: string;
  name: string | null;
  avatarUrl: string | null;
  language: string | null;
  /** The user's id at the source. */
  sourceId: string | null;
}

export interface MediaRecord {
  id: number;
  customerId: number;
  userId: number;
  type: 'IMAGE' | 'VIDEO';
  /** SHA-256 of the source file, in hex. */
  hash: string;
  /** Extension of the original picture (of a video: its poster), without the dot. */
  imageExt: string;
  /** Extension of the video file, null for a picture. */
  videoExt: 'mp4' | 'webm' | null;
  width: number;
  height: number;
  source: string;
  sourceId: string | null;
  originalSource: string | null;
  shareUrl: string | null;
  caption: string | null;
  latitude: number | null;
  longitude: number | null;
  favorite: boolean;
  likes: number;
  status: 'approved' | 'pending' | 'rejected';
  /** Whether its author gave the rights to use it. */
  rights: boolean;
  submittedAt: number;
  publishedAt: number;
  /** False for a product's own picture, which is reachable by id and in no list. */
  listed: boolean;
  /** 0…1, given at import or upload from resolution, sharpness and products. */
  photorank: number;
  avif: AvifState;
  /** Whether a moderator, or the shop by its import, approved it: then reports do not hide it. */
  reviewed: boolean;
  /** SHA-256, in hex, of the original as it is stored: bytes that were added to the source change nothing in it. */
  pixelHash: string | null;
  /** What it looks like, or null where that says nothing: see `server/media/perceptual-hash.ts`. */
  perceptualHash: string | null;
}

/** By what a media is found again that was saved anew. */
export type PixelHashes = Pick<MediaRecord, 'type' | 'pixelHash' | 'perceptualHash'>;

/** Of the four smaller sizes as AVIF: still to be made, there, or impossible (then WebP and JPEG must do). */
export type AvifState = 'waiting' | 'done' | 'failed';

export interface InstanceRecord {
  /** 32 hex digits. */
  id: string;
  customerId: number;
  name: string;
  type: WidgetInstance['type'];
  settings: Partial<WidgetInstance['settings']>;
  styleId: number;
  streamId: number | null;
  categoryId: number | null;
}

export interface StyleRecord {
  id: number;
  customerId: number;
  /** `olapic_slidev3`, `olapic_wallv2`… */
  type: WidgetStyle['type'];
  name: string;
  settings: Record<string, unknown>;
}

export interface StashRecord {
  /** Cannot be guessed. */
  id: string;
  customerId: number;
  bytes: number;
  expiresAt: number;
  /** What it became: then its file is gone. */
  mediaId: number | null;
}

export interface TokenRecord extends Token {
  label: string;
  createdAt: number;
}

/** A datamart of another server, to which a customer's pages send activities through us. */
export interface RelayRecord {
  id: number;
  customerId: number;
  /** What stands before `/v1/datamarts`, without a slash at the end. */
  url: string;
  datamart: string;
  keyId: string;
}

/** With what it signs, which no answer shows. */
export interface SigningRelay extends RelayRecord {
  secret: string;
}
