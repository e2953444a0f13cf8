import { join } from 'node:path';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import Type from 'typebox';
import type { MediaArchive } from '../../media/media-archive.ts';
import { signFile, UPLOADER_MS } from '../../media/signed-file.ts';
import type { MediaRecord, StashRecord } from '../../store/content/content-store.ts';
import { answers } from '../answer.ts';
import { inactive, invalidValue, missing, notAllowed } from '../errors.ts';
import type { Links } from '../paging/links.ts';
import { embeddingOf, UserId } from '../parameters.ts';
import { readRelated } from '../related.ts';
import { UPLOAD_EXAMPLE } from '../representations/examples.ts';
import { mediaOf } from '../representations/media.ts';
import { contextOf, type RequestContext } from '../request-context.ts';
import { contentRoutes } from '../route.ts';
import { createUploadProcessor } from '../uploads/create-upload.ts';
import { FileField, FORM_TYPES } from '../uploads/form.ts';
import { senderOf } from '../uploads/sender.ts';
import type { Stashes } from '../uploads/stashes.ts';
import type { UploadedFiles } from '../uploads/uploaded-files.ts';
import { stashIdOf, streamIdOf } from '../uploads/uris.ts';

/** The characters of a caption, as in an import. */
const MAX_CAPTION_LENGTH = 5000;

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
  caption: Type.Optional(Type.String({ maxLength: MAX_CAPTION_LENGTH, examples: ['On my wall'] })),
  stream_uri: Type.Optional(
    Type.String({ maxLength: 2048, description: 'The stream that the media joins.', examples: ['/streams/12'] }),
  ),
  latitude: Type.Optional(Type.Number({ minimum: -90, maximum: 90, description: 'Together with `longitude`.' })),
  longitude: Type.Optional(Type.Number({ minimum: -180, maximum: 180, description: 'Together with `latitude`.' })),
});
type NewMedia = Type.Static<typeof NewMedia>;

export function uploadRoutes(app: FastifyInstance, archive: MediaArchive, stashes: Stashes): void {
  const { contentStore } = archive;
  const createUpload = createUploadProcessor(archive);

  /** @returns the id of the media */
  async function upload(request: FastifyRequest, userId: number, fields: NewMedia): Promise<number> {
    const { entities } = contextOf(request);
    const uploadedFiles = request.uploadedFiles as UploadedFiles;
    await entities.findVisibleUser(userId);
    checkCombination(fields, uploadedFiles.paths.has('file'));
    const { url, caption = null, latitude = null, longitude = null, stream_uri: uri } = fields;
    const streamIds = uri === undefined ? [] : [(await entities.findVisibleStream(streamIdOf(uri), false)).id];
    const folder = await uploadedFiles.folder();
    const stash = url === undefined ? undefined : await takeStash(contextOf(request), url, uploadedFiles);
    const used = stash && (await mediaOfStash(stash));
    if (used !== undefined) return used;
    const id = await createUpload({
      ...{ sender: senderOf(request), userId, caption, latitude, longitude, streamIds, folder },
      customer: await entities.findOwnCustomer(),
      file: uploadedFiles.paths.get('file') as string,
      poster: uploadedFiles.paths.get('poster'),
    });
    if (stash) await stashes.use(stash.id, id);
    return id;
  }

  async function takeStash({ token }: RequestContext, url: string, uploadedFiles: UploadedFiles): Promise<StashRecord> {
    const path = join(await uploadedFiles.folder(), 'file');
    const stash = await stashes.take(token, stashIdOf(url), path);
    uploadedFiles.paths.set('file', path);
    return stash;
  }

  async function mediaOfStash({ mediaId }: StashRecord): Promise<number | undefined> {
    if (mediaId === null) return undefined;
    const [media] = await contentStore.media([mediaId]);
    if (media?.status === 'rejected') throw inactive('Media', mediaId);
    return mediaId;
  }

  contentRoutes(app, 'uploads').post(
    '/users/:user_id/media',
    {
      config: { files: ['file', 'poster'] },
      onRequest: async (request) => checkUploader(request),
      summary: 'Upload a picture or a video',
      description:
        'By `file` or by `url`, one of them. With a public token, as a user that `POST /users` made, by the `id` of that answer. The media is `approved` at once, or `pending` where the customer moderates before: then its files are shown to you for ten minutes, at the addresses of this answer. A file that the customer shows already answers the media it is, unchanged.',
      consumes: FORM_TYPES,
      params: UserId,
      body: NewMedia,
      response: answers('The media.', UPLOAD_EXAMPLE),
    },
    async ({ context, params, body, request }) => {
      const id = await upload(request, params.user_id, body);
      const [media] = (await contentStore.media([id])) as [MediaRecord];
      const embedding = embeddingOf({});
      const { secret } = contentStore;
      const links = media.status === 'approved' ? context.links : withSignedFiles(context.links, media, secret);
      return mediaOf(links, media, await readRelated(contentStore, [media], embedding), embedding);
    },
  );
}

/** A media shows the id of its user to everybody. A page needs the upload id, which only that user has. */
function checkUploader(request: FastifyRequest): void {
  if (contextOf(request).token.kind === 'public' && request.uploadId === null)
    throw notAllowed('With a public token, upload as the user that POST /users answers, by the id of that answer.');
}

/** Signs the links to the files of a pending media, so that its uploader can open them for a while. */
function withSignedFiles(links: Links, { hash }: MediaRecord, secret: Buffer): Links {
  const until = Date.now() + UPLOADER_MS;
  const sign = (path: string) => (path.includes(hash) ? signFile(path, hash, until, secret) : path);
  return { ...links, file: (path) => links.file(sign(path)) };
}

/** "These fields are mutually exclusive", "must be provided along with this parameter". */
function checkCombination({ url, latitude, longitude }: NewMedia, hasFile: boolean): void {
  if (hasFile && url !== undefined) throw invalidValue('url', url, 'nothing, since there is a file');
  if (!hasFile && url === undefined) throw missing('file');
  if (latitude === undefined && longitude !== undefined) throw missing('latitude');
  if (longitude === undefined && latitude !== undefined) throw missing('longitude');
}
