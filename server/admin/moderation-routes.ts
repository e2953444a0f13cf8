import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import { example } from '../http/example.ts';
import { Id } from '../http/validation.ts';
import {
  approve,
  ChangedSettings,
  type Decision,
  reject,
  setModeration,
  type WaitingPage,
  waitingMedia,
} from './moderation.ts';
import type { AdminOptions } from './options.ts';
import { adminRoutes } from './route.ts';

const MediaId = Type.Object({ media_id: Id('Id of the media.') });
const Page = Type.Object({
  after: Type.Optional(
    Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER, description: '`next` of the page before.' }),
  ),
  count: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, description: 'Media of a page. Default 20.' })),
});

const WAITING: WaitingPage = {
  waiting: [
    {
      ...{ mediaId: 345, reason: 'reported', shown: true, since: Date.UTC(2026, 4, 17), type: 'IMAGE' },
      caption: 'On my wall',
      ...{ userId: 7, image: `/media-files/${'9f86d081884c7d65'.repeat(4)}/normal.jpg`, video: null },
      reporters: 1,
      reports: [{ email: 'sam@example.com', reason: 'This is my photo.', reportedAt: Date.UTC(2026, 4, 17) }],
    },
  ],
  next: null,
  settings: { premoderation: false, reportThreshold: 3 },
};

/** `/admin/v1/moderation`. */
export function moderationRoutes(app: FastifyInstance, { archive }: AdminOptions): void {
  const { contentStore } = archive;
  const route = adminRoutes(app);

  route.get(
    '/admin/v1/moderation',
    {
      summary: 'Media that wait for a decision, oldest first',
      description: 'The addresses of hidden files are valid for an hour. Request the list again for new ones.',
      querystring: Page,
      response: { 200: example('A page of the queue', WAITING) },
    },
    ({ customerId, query: { after = 0, count = 20 } }) => waitingMedia(contentStore, customerId, after, count),
  );
  route.put(
    '/admin/v1/moderation',
    {
      summary: 'Set whether uploads wait for approval, and when reports hide a media',
      body: ChangedSettings,
      response: { 200: example('The settings now', { premoderation: true, reportThreshold: 3 }) },
    },
    ({ customerId, body }) => setModeration(contentStore, customerId, body),
  );
  for (const [verb, summary, decide, status] of [
    ['approve', 'Show a media, even one that was rejected', approve, 'approved'],
    ['reject', 'Hide a media', reject, 'rejected'],
  ] as const) {
    const decision: Decision = { mediaId: 345, status };
    route.post(
      `/admin/v1/moderation/:media_id/${verb}`,
      { summary, params: MediaId, response: { 200: example('The status of the media now', decision) } },
      ({ customerId, params: { media_id: id } }) => decide(archive, customerId, id),
    );
  }
}
