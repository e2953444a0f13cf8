import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import { example } from '../http/example.ts';
import { Id } from '../http/validation.ts';
import { approve, type Decision, reject, setPremoderation, type WaitingPage, waitingMedia } from './moderation.ts';
import type { AdminOptions } from './plugin.ts';

const tags = ['administration'];
const MediaId = Type.Object({ media_id: Id('Id of the media.') });
const Page = Type.Object({
  after: Type.Optional(
    Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER, description: '`next` of the page before.' }),
  ),
  count: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, description: 'Media of a page. Default 20.' })),
});
const Premoderation = Type.Object(
  { premoderation: Type.Boolean({ description: 'Whether uploads wait for approval before they are shown.' }) },
  { examples: [{ premoderation: true }] },
);

const WAITING: WaitingPage = {
  waiting: [
    {
      ...{ mediaId: 345, reason: 'reported', since: Date.UTC(2026, 4, 17), type: 'IMAGE', caption: 'On my wall' },
      ...{ userId: 7, image: `/media-files/${'9f86d081884c7d65'.repeat(4)}/normal.jpg`, video: null },
      reports: [{ email: 'sam@example.com', reason: 'This is my photo.', reportedAt: Date.UTC(2026, 4, 17) }],
    },
  ],
  next: null,
};

/** `/admin/v1/moderation`, in the scope of the other administration. */
export function moderationRoutes(plain: FastifyInstance, { store, data }: AdminOptions): void {
  const app = plain.withTypeProvider<TypeBoxTypeProvider>();

  app.get(
    '/admin/v1/moderation',
    {
      schema: {
        tags,
        summary: 'Media that wait for a decision, oldest first',
        querystring: Page,
        response: { 200: example('A page of the queue', WAITING) },
      },
    },
    async ({ administered, query: { after = 0, count = 20 } }) => waitingMedia(store, administered, after, count),
  );
  app.put(
    '/admin/v1/moderation',
    {
      schema: {
        tags,
        summary: 'Say whether uploads wait for approval',
        body: Premoderation,
        response: { 200: example('As it is now', { premoderation: true }) },
      },
    },
    async ({ administered, body: { premoderation } }) => {
      await setPremoderation(store, administered, premoderation);
      return { premoderation };
    },
  );
  for (const [verb, summary, decide, status] of [
    ['approve', 'Show a media, also one that was rejected', approve, 'approved'],
    ['reject', 'Show a media nowhere any more', reject, 'rejected'],
  ] as const) {
    const decision: Decision = { mediaId: 345, status };
    app.post(
      `/admin/v1/moderation/:media_id/${verb}`,
      { schema: { tags, summary, params: MediaId, response: { 200: example('What it is now', decision) } } },
      async ({ administered, params: { media_id: id } }) => decide({ store, data }, administered, id),
    );
  }
}
