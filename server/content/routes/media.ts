import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import type { ContentStore } from '../../store/content/content-store.ts';
import { answers, ok } from '../answer.ts';
import { shownMedia } from '../entities.ts';
import { Embedding, MediaId, Reading, showOf } from '../parameters.ts';
import { gather } from '../related.ts';
import { MEDIA_EXAMPLE } from '../representations/examples.ts';
import { mediaOf } from '../representations/media.ts';
import { asking } from '../request-context.ts';

const tags = ['media'];

export function mediaRoutes(plain: FastifyInstance, store: ContentStore): void {
  const app = plain.withTypeProvider<TypeBoxTypeProvider>();

  app.get(
    '/media/:media_id',
    {
      schema: {
        tags,
        summary: 'A media',
        params: MediaId,
        querystring: Type.Interface([Reading, Embedding], {}),
        response: answers('The media with its uploader, streams and categories.', MEDIA_EXAMPLE),
      },
    },
    async (request) => {
      const { token, links } = asking(request);
      const media = await shownMedia(store, token, request.params.media_id);
      const show = showOf(request.query);
      return ok(mediaOf(links, media, await gather(store, [media], show), show));
    },
  );
}
