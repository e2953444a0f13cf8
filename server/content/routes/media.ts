import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import type { ContentStore } from '../../store/content/content-store.ts';
import { answers } from '../answer.ts';
import { EmbeddingQuery, embeddingOf, MediaId, Reading } from '../parameters.ts';
import { readRelated } from '../related.ts';
import { MEDIA_EXAMPLE } from '../representations/examples.ts';
import { mediaOf } from '../representations/media.ts';
import { contentRoutes } from '../route.ts';

export function mediaRoutes(app: FastifyInstance, contentStore: ContentStore): void {
  contentRoutes(app, 'media').get(
    '/media/:media_id',
    {
      summary: 'A media',
      params: MediaId,
      query: Type.Interface([Reading, EmbeddingQuery], {}),
      response: answers('The media with its uploader, streams and categories.', MEDIA_EXAMPLE),
    },
    async ({ context: { entities, links }, params, query }) => {
      const media = await entities.findVisibleMedia(params.media_id);
      const embedding = embeddingOf(query);
      return mediaOf(links, media, await readRelated(contentStore, [media], embedding), embedding);
    },
  );
}
