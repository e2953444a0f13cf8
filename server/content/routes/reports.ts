import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import { clientNetwork } from '../../http/client-address.ts';
import { example } from '../../http/example.ts';
import { settleFiles } from '../../media/withdraw.ts';
import type { Token } from '../../store/access.ts';
import type { ContentStore, MediaRecord } from '../../store/content/content-store.ts';
import { ownCustomer, owned } from '../entities.ts';
import { ANSWER_VERSION, inactive } from '../errors.ts';
import { Common, MediaId } from '../parameters.ts';
import { asking } from '../request-context.ts';
import { FORM_TYPES } from '../uploads/form.ts';
import { REPORT_LIMITS, REPORT_THRESHOLD } from '../uploads/report-limits.ts';

const NewReport = Type.Object({
  email: Type.String({
    minLength: 1,
    maxLength: 254,
    description: 'Of who reports; whoever moderates may answer. It cannot be checked.',
    examples: ['sam@example.com'],
  }),
  reason: Type.String({
    minLength: 1,
    maxLength: 2000,
    description: 'Why, in the reporter’s words.',
    examples: ['This is my photo, and I was not asked.'],
  }),
});

/** The text has no `data` in this answer. */
const CREATED = { metadata: { code: 201, message: 'Created', version: ANSWER_VERSION } };

export function reportRoutes(plain: FastifyInstance, { store, data }: { store: ContentStore; data: string }): void {
  const app = plain.withTypeProvider<TypeBoxTypeProvider>();

  app.post(
    '/media/:media_id/reports',
    {
      schema: {
        tags: ['media'],
        summary: 'Report a media, which moves it to the moderation queue',
        description:
          'A media that a moderator approved, or the shop imported, stays shown meanwhile. Another one is hidden once enough addresses have reported it.',
        consumes: FORM_TYPES,
        params: MediaId,
        querystring: Common,
        body: NewReport,
        response: { 201: example('The report is kept', CREATED) },
      },
    },
    async (request, reply) => {
      const { token } = asking(request);
      const { email, reason } = request.body;
      const { media_id: id } = request.params;
      const { hash } = await reportable(store, token, id);
      const { reportThreshold: threshold = REPORT_THRESHOLD } = (await ownCustomer(store, token)).settings;
      const report = { email, reason, reportedAt: Date.now(), network: clientNetwork(request) };
      // A crash between the two is mended at start, where all that is pending is looked at.
      if (await store.report(id, report, { threshold, ...REPORT_LIMITS })) await settleFiles(store, data, hash);
      // The answer is always the same: whoever wants to hide a media does not learn how far that is.
      return reply.code(201).send(CREATED);
    },
  );
}

/** What was shown: a page in a cache may still show what others have reported already. */
async function reportable(store: ContentStore, token: Token, id: number): Promise<MediaRecord> {
  const [found] = await store.media([id]);
  const media = owned(found, token, 'Media', id);
  if (media.status !== 'approved' && (await store.queued(id))?.reason !== 'reported') throw inactive('Media', id);
  return media;
}
