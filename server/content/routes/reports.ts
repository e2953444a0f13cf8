import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import { clientNetwork } from '../../http/client-address.ts';
import { example } from '../../http/example.ts';
import type { MediaArchive } from '../../media/media-archive.ts';
import type { MediaRecord } from '../../store/content/content-store.ts';
import { ANSWER_VERSION, inactive } from '../errors.ts';
import { Common, MediaId } from '../parameters.ts';
import { contextOf, type RequestContext } from '../request-context.ts';
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

/** The whole answer: the specification has no `data` in it. */
const CREATED = { metadata: { code: 201, message: 'Created', version: ANSWER_VERSION } };

export function reportRoutes(plain: FastifyInstance, archive: MediaArchive): void {
  const app = plain.withTypeProvider<TypeBoxTypeProvider>();
  const { contentStore } = archive;

  /** Finds a media that is visible, or that reports have hidden: a cached page may still show it. */
  async function findReportable({ entities }: RequestContext, id: number): Promise<MediaRecord> {
    const [found] = await contentStore.media([id]);
    const media = entities.findOwned('Media', id, found);
    const isReportable = media.status === 'approved' || (await contentStore.queued(id))?.reason === 'reported';
    if (!isReportable) throw inactive('Media', id);
    return media;
  }

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
      const context = contextOf(request);
      const { email, reason } = request.body;
      const { media_id: id } = request.params;
      const { hash } = await findReportable(context, id);
      const { reportThreshold: threshold = REPORT_THRESHOLD } = (await context.entities.findOwnCustomer()).settings;
      const report = { email, reason, reportedAt: Date.now(), network: clientNetwork(request) };
      // A crash before the files are moved is repaired at the next start, which moves the files of all pending media.
      if (await contentStore.report(id, report, { threshold, ...REPORT_LIMITS })) await archive.settleFiles(hash);
      // The answer is always the same, so that a reporter does not learn how many reports hide a media.
      return reply.code(201).send(CREATED);
    },
  );
}
