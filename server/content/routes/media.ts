import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import type { ContentStore } from '../../store/content/content-store.ts';
import { ok } from '../answer.ts';
import { asking } from '../ask.ts';
import { shownMedia } from '../entities.ts';
import { gather } from '../gathered.ts';
import { Common, Embedding, MediaId, showOf } from '../parameters.ts';
import { mediaOf } from '../representations/media.ts';

const tags = ['media'];
const Query = Type.Interface([Common, Embedding], {});

export function mediaRoutes(plain: FastifyInstance, store: ContentStore): void {
  const app = plain.withTypeProvider<TypeBoxTypeProvider>();

  app.get(
    '/media/:media_id',
    { schema: { tags, summary: 'A media', params: MediaId, querystring: Query } },
    async (request) => {
      const { token, links } = asking(request);
      const media = await shownMedia(store, token, request.params.media_id);
      const show = showOf(request.query);
      return ok(mediaOf(links, media, await gather(store, [media], show), show));
    },
  );

  // Both collections of a media are unpaged: they are what the media embeds, alone.
  app.get(
    '/media/:media_id/streams',
    { schema: { tags, summary: 'The streams of a media', params: MediaId, querystring: Query } },
    async (request) => {
      const { token, links } = asking(request);
      const media = await shownMedia(store, token, request.params.media_id);
      const show = { ...showOf(request.query), streams: true, categories: false };
      const { _embedded } = mediaOf(links, media, await gather(store, [media], show), show);
      return ok({ _links: [], _embedded: _embedded['streams:all']?._embedded });
    },
  );
  app.get(
    '/media/:media_id/categories',
    { schema: { tags, summary: 'The categories of a media', params: MediaId, querystring: Common } },
    async (request) => {
      const { token, links } = asking(request);
      const media = await shownMedia(store, token, request.params.media_id);
      const show = { ...showOf({}), streams: false, categories: true };
      const { _embedded } = mediaOf(links, media, await gather(store, [media], show), show);
      return ok({ _links: [], _embedded: _embedded['categories:all']?._embedded });
    },
  );
}
