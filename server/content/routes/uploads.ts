import { join } from 'node:path';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import Type from 'typebox';
import { signFile, UPLOADER_MS } from '../../media/signed-file.ts';
import type { Token } from '../../store/access.ts';
import type { ContentStore, MediaRecord, StashRecord } from '../../store/content/content-store.ts';
import { answers, ok } from '../answer.ts';
import { ownCustomer, shownStream, shownUser } from '../entities.ts';
import { inactive, invalidValue, missing, notAllowed } from '../errors.ts';
import type { Links } from '../paging/links.ts';
import { Common, showOf, UserId } from '../parameters.ts';
import { gather } from '../related.ts';
import { UPLOAD_EXAMPLE } from '../representations/examples.ts';
import { mediaOf } from '../representations/media.ts';
import { type Asker, asking } from '../request-context.ts';
import { createKeeper } from '../uploads/create-upload.ts';
import { FileField, FORM_TYPES } from '../uploads/form.ts';
import { type Sender, senderOf } from '../uploads/sender.ts';
import type { Stashes } from '../uploads/stashes.ts';
import type { Parcel } from '../uploads/uploaded-files.ts';
import { stashIdOf, streamIdOf } from '../uploads/uris.ts';

/** As an import has it. */
const CAPTION_LENGTH = 5000;

const NewMedia = Type.Object({
  file: Type.Optional(
    FileField(
      'A picture (JPEG, PNG, WebP, AVIF, GIF; HEIC where libvips reads it) or a video (MP4, WebM; QuickTime where ffmpeg is installed), at most 25 MB.',
    ),
  ),
  url: Type.Optional(
    Type.String({
      maxLength: 2048,
      description: 'Instead of `file`: the URL of a stashed file.',
      examples: ['/stashes/fAcxTCXCq0u9d3sVb2mLEw'],
    }),
  ),
  poster: Type.Optional(FileField('For a video, a picture of it; without it ffmpeg draws one where it is installed.')),
  caption: Type.Optional(Type.String({ maxLength: CAPTION_LENGTH, examples: ['On my wall'] })),
  stream_uri: Type.Optional(
    Type.String({ maxLength: 2048, description: 'The stream that the media joins.', examples: ['/streams/12'] }),
  ),
  latitude: Type.Optional(Type.Number({ minimum: -90, maximum: 90, description: 'Together with `longitude`.' })),
  longitude: Type.Optional(Type.Number({ minimum: -180, maximum: 180, description: 'Together with `latitude`.' })),
});
type NewMedia = Type.Static<typeof NewMedia>;

export interface UploadOptions {
  store: ContentStore;
  /** The data folder. */
  data: string;
  stashes: Stashes;
}

export function uploadRoutes(plain: FastifyInstance, { store, data, stashes }: UploadOptions): void {
  const app = plain.withTypeProvider<TypeBoxTypeProvider>();
  const keep = createKeeper(store, data);

  async function upload(
    { token }: Asker,
    sender: Sender,
    userId: number,
    parcel: Parcel,
    asked: NewMedia,
  ): Promise<number> {
    await shownUser(store, token, userId);
    checkTogether(asked, parcel.files.has('file'));
    const { url, caption = null, latitude = null, longitude = null, stream_uri: uri } = asked;
    const streamIds = uri === undefined ? [] : [(await shownStream(store, token, streamIdOf(uri), false)).id];
    const folder = await parcel.folder();
    const stash = url === undefined ? undefined : await unpack(token, url, parcel);
    const used = stash && (await mediaOfStash(stash));
    if (used !== undefined) return used;
    const id = await keep({
      ...{ sender, userId, caption, latitude, longitude, streamIds, folder },
      customer: await ownCustomer(store, token),
      file: parcel.files.get('file') as string,
      poster: parcel.files.get('poster'),
    });
    if (stash) await stashes.use(stash.id, id);
    return id;
  }

  async function unpack(token: Token, url: string, parcel: Parcel): Promise<StashRecord> {
    const path = join(await parcel.folder(), 'file');
    const stash = await stashes.take(token, stashIdOf(url), path);
    parcel.files.set('file', path);
    return stash;
  }

  async function mediaOfStash({ mediaId }: StashRecord): Promise<number | undefined> {
    if (mediaId === null) return undefined;
    const [media] = await store.media([mediaId]);
    if (media?.status === 'rejected') throw inactive('Media', mediaId);
    return mediaId;
  }

  app.post(
    '/users/:user_id/media',
    {
      config: { files: ['file', 'poster'] },
      // Before the file has come.
      onRequest: async (request) => checkUploader(request),
      schema: {
        tags: ['uploads'],
        summary: 'Upload a picture or a video',
        description:
          'By `file` or by `url`, one of them. With a public token, as a user that `POST /users` made, by the `id` of that answer. The media is `approved` at once, or `pending` where the customer moderates before: then its files are shown to you for ten minutes, at the addresses of this answer. A file that the customer shows already answers the media it is, unchanged.',
        consumes: FORM_TYPES,
        params: UserId,
        querystring: Common,
        body: NewMedia,
        response: answers('The media.', UPLOAD_EXAMPLE),
      },
    },
    async (request) => {
      const asker = asking(request);
      const { params, parcel, body } = request;
      const id = await upload(asker, senderOf(request), params.user_id, parcel as Parcel, body);
      const [media] = (await store.media([id])) as [MediaRecord];
      const show = showOf({});
      const links = media.status === 'approved' ? asker.links : openingFiles(asker.links, media, store.secret);
      return ok(mediaOf(links, media, await gather(store, [media], show), show));
    },
  );
}

/** Whoever sees a media knows the id of its user. A page needs the upload id, which only that user has. */
function checkUploader(request: FastifyRequest): void {
  if (asking(request).token.kind === 'public' && request.uploadId === null)
    throw notAllowed('With a public token, upload as the user that POST /users answers, by the id of that answer.');
}

/** Links that open the files of a media which waits for a moderator, for who uploaded it. */
function openingFiles(links: Links, { hash }: MediaRecord, secret: Buffer): Links {
  const until = Date.now() + UPLOADER_MS;
  const opening = (path: string) => (path.includes(hash) ? signFile(path, hash, until, secret) : path);
  return { ...links, file: (path) => links.file(opening(path)) };
}

/** "These fields are mutually exclusive", "must be provided along with this parameter". */
function checkTogether({ url, latitude, longitude }: NewMedia, hasFile: boolean): void {
  if (hasFile && url !== undefined) throw invalidValue('url', url, 'nothing, since there is a file');
  if (!hasFile && url === undefined) throw missing('file');
  if (latitude === undefined && longitude !== undefined) throw missing('latitude');
  if (longitude === undefined && latitude !== undefined) throw missing('longitude');
}
