import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import { example } from '../http/example.ts';
import { Id } from '../http/validation.ts';
import { approve, type Decision, reject, setModeration, type WaitingPage, waitingMedia } from './moderation.ts';
import type { AdminOptions } from './plugin.ts';

const tags = ['administration'];
const MediaId = Type.Object({ media_id: Id('Id of the media.') });
const Page = Type.Object({
  after: Type.Optional(
    Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER, description: '`next` of the page before.' }),
  ),
  count: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, description: 'Media of a page. Default 20.' })),
});
const Settings = Type.Object(
  {
    premoderation: Type.Optional(
      Type.Boolean({ description: 'Whether uploads wait for approval before they are shown.' }),
    ),
    reportThreshold: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 100,
        description:
          'From how many addresses a media that nobody approved must be reported to be hidden. 0: reports hide nothing. Default 3.',
      }),
    ),
  },
  {
    // What says neither is a mistake, and not to be answered as if it had changed something.
    anyOf: [{ required: ['premoderation'] }, { required: ['reportThreshold'] }],
    examples: [{ premoderation: true, reportThreshold: 3 }],
  },
);

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

/** `/admin/v1/moderation`, in the scope of the other administration. */
export function moderationRoutes(plain: FastifyInstance, { store, data }: AdminOptions): void {
  const app = plain.withTypeProvider<TypeBoxTypeProvider>();

  app.get(
    '/admin/v1/moderation',
    {
      schema: {
        tags,
        summary: 'Media that wait for a decision, oldest first',
        description: 'The addresses of files that are not shown are good for an hour: ask again for new ones.',
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
        summary: 'Say whether uploads wait for approval, and when reports hide a media',
        body: Settings,
        response: { 200: example('As it is now', { premoderation: true, reportThreshold: 3 }) },
      },
    },
    async ({ administered, body }) => setModeration(store, administered, body),
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
