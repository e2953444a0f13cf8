import { type Api, address } from '../address.ts';
import { nameOf } from '../check.ts';
import { VitrineError } from '../error.ts';
import { request } from '../request.ts';
import { type AskOptions, type Id, part, post } from './fetch-by-key.ts';
import { type ContentMedia, readWholeMedia } from './media.ts';

export interface SendOptions extends AskOptions {
  /**
   * Told the share of the file that has left, 0 to 1. Where there is no XMLHttpRequest (Node) it is told the 1 alone.
   * In a browser the request then needs a preflight: only an upload that nobody watches goes without.
   */
  onProgress?: ((share: number) => void) | undefined;
}

/** What is uploaded, and what is said of it. */
export interface UploadDetails {
  /** Id of the user who uploads, as `createUser` gives it. */
  user: Id;
  /** A photo or a video, 25 MB at most on our own service. */
  file: Blob;
  /** Of a video, a picture of it: our own service takes one, for where it cannot draw one itself. Others ignore it. */
  poster?: Blob | undefined;
  caption?: string | undefined;
  /** Id of the stream that it belongs to. */
  stream?: Id | undefined;
  /** In degrees. */
  location?: { latitude: number; longitude: number } | undefined;
}

/** One upload, which may be sent again where sending has failed. */
export interface Upload {
  /** Id of the stashed file, once it has arrived. */
  readonly stash: string | undefined;
  /**
   * Sends the file and then what is said of it. Called again after a failure, it goes on where it was: a file that
   * has arrived is not sent again, unless the service does not know it any more.
   * @returns the media, `pending` where a moderator has to see it first
   * @throws {VitrineError}
   */
  send(options?: SendOptions): Promise<ContentMedia>;
}

/** Prepares an upload; nothing is sent yet. Source: "Uploading a Media", method 2. */
export function createUpload(api: Api, upload: UploadDetails): Upload {
  const { file, ...details } = upload;
  let stash: string | undefined;
  return {
    get stash() {
      return stash;
    },
    async send(options = {}) {
      if (stash) {
        options.onProgress?.(1);
        try {
          return await uploadStashed(api, stash, details, options);
        } catch (error) {
          // A stash is kept for a while only. That it is this one which is not there, the file sent again will show.
          if (!(error instanceof VitrineError && error.code === 'not_found')) throw error;
        }
      }
      stash = await stashFile(api, file, options);
      return uploadStashed(api, stash, details, options);
    },
  };
}

/**
 * Leaves a file with the service, for `uploadStashed`.
 * Source: `POST /stashes`.
 * @returns the id of the stash
 * @throws {VitrineError}
 */
export async function stashFile(api: Api, file: Blob, options: SendOptions = {}): Promise<string> {
  const { signal, onProgress } = options;
  const body = new FormData();
  body.append('file', file);
  if (!onProgress || typeof XMLHttpRequest === 'undefined') {
    const id = nameOf(await post(api, '/stashes', body, { signal }), 'data');
    onProgress?.(1);
    return id;
  }
  const url = address(api, '/stashes');
  return nameOf(await request(url, sendWatched(url, body, signal, onProgress), signal), 'data');
}

/**
 * Makes a media of a stashed file.
 * Source: `POST /users/{user_id}/media` with `url`.
 * @throws {VitrineError}
 */
export async function uploadStashed(
  api: Api,
  stash: string,
  details: Omit<UploadDetails, 'file'>,
  options: AskOptions = {},
): Promise<ContentMedia> {
  const { user, poster, caption, stream, location } = details;
  const form = new FormData();
  form.append('url', `/stashes/${stash}`);
  if (poster) form.append('poster', poster);
  if (caption) form.append('caption', caption);
  if (stream !== undefined) form.append('stream_uri', `/streams/${stream}`);
  if (location) {
    form.append('latitude', `${location.latitude}`);
    form.append('longitude', `${location.longitude}`);
  }
  return readWholeMedia(await post(api, `/users/${part(user)}/media`, form, options), 'data', { base: api.base });
}

/** Posts by the one interface of browsers that tells how far a request is. */
function sendWatched(
  url: string,
  body: FormData,
  signal: AbortSignal | undefined,
  onProgress: (share: number) => void,
): Promise<Response> {
  return new Promise((resolve, reject) => {
    const sending = new XMLHttpRequest();
    const abort = () => sending.abort();
    sending.open('POST', url);
    sending.upload.onprogress = ({ loaded, total }) => onProgress(total ? loaded / total : 0);
    sending.onload = () => resolve(new Response(sending.response || null, { status: sending.status }));
    sending.onerror = () => reject(new TypeError('the connection failed'));
    sending.onabort = () => reject(signal?.reason);
    sending.onloadend = () => signal?.removeEventListener('abort', abort);
    if (signal?.aborted) return reject(signal.reason);
    signal?.addEventListener('abort', abort);
    sending.send(body);
  });
}
