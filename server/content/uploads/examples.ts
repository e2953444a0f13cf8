import type { MediaRecord, UserRecord } from '../../store/content/content-store.ts';
import type { Gathered } from '../gathered.ts';
import { createLinks } from '../links.ts';

/** What the examples in the schemas of posted forms are made of. */

export const EXAMPLE_LINKS = createLinks('api.example', '{auth_token}', 'v2.2');

export const UPLOADER: UserRecord = {
  ...{ id: 7, customerId: 1, source: 'email', username: '9f2c1d7a40b8e365', name: 'Mila' },
  ...{ avatarUrl: 'https://example.com/mila.jpg', language: null, sourceId: null },
};

const AT = Date.UTC(2026, 4, 17, 9, 30);

export const UPLOADED: MediaRecord = {
  ...{ id: 345, customerId: 1, userId: UPLOADER.id, type: 'IMAGE', hash: '9f86d081884c7d65'.repeat(4) },
  ...{ imageExt: 'jpg', videoExt: null, width: 4032, height: 3024, source: 'harddrive', sourceId: null },
  ...{ originalSource: null, shareUrl: null, caption: 'On my wall', latitude: 43.3, longitude: -2, favorite: false },
  ...{ likes: 0, status: 'pending', rights: false, submittedAt: AT, publishedAt: AT, listed: true, photorank: 0.8 },
  avif: 'waiting',
};

export const UPLOADED_WITH: Gathered = {
  users: new Map([[UPLOADER.id, UPLOADER]]),
  streams: new Map(),
  categories: new Map(),
  pictures: new Map(),
};
