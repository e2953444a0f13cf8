import { type Api, address } from '../address.ts';
import { nameOf } from '../check.ts';
import { VitrineError } from '../error.ts';
import { request } from '../request.ts';
import { type AskOptions, type Id, part, post } from './fetch-by-key.ts';
import { type ContentMedia, readWholeMedia } from './media.ts';

export interface SendOptions extends AskOptions {
  /**
   * Called with the share of the file that has been sent, 0 to 1. Without XMLHttpRequest (in Node) it is called once, with 1.
   * In a browser, an upload with progress needs a CORS preflight, and one without needs none.
   */
  onProgress?: ((share: number) => void) | undefined;
}

/** A file and its description. */
export interface UploadDetails {
  /** Id of the user who uploads, as `createUser` gives it. */
  user: Id;
  /** A photo or a video, 25 MB at most on our own service. */
  file: Blob;
  /** Picture of a video. Our own service uses it where it cannot make one itself; others ignore it. */
  poster?: Blob | undefined;
  caption?: string | undefined;
  /** Id of the stream to tag the media with. */
  stream?: Id | undefined;
  /** In degrees. */
  location?: { latitude: number; longitude: number } | undefined;
}

/** An upload that can be resumed after a failure. */
export interface Upload {
  /** Id of the stashed file, after the service has received it. */
  readonly stash: string | undefined;
  /**
   * Sends the file, then its description. A call after a failure resumes: a file that the service has received is sent again
   * only if the service has deleted it meanwhile.
   * @returns the media; its status is `pending` where a moderator decides first
   * @throws {VitrineError}
   */
  send(options?: SendOptions): Promise<ContentMedia>;
}

/** Prepares an upload and sends nothing. Source: "Uploading a Media", method 2. */
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
          // The stash may have expired, or the user may be unknown. In the second case the next attempt fails, too.
          if (!(error instanceof VitrineError && error.code === 'not_found')) throw error;
        }
      }
      stash = await stashFile(api, file, options);
      return uploadStashed(api, stash, details, options);
    },
  };
}

/**
 * Stores a file at the service, for `uploadStashed`.
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
  return nameOf(await request(url, postWithProgress(url, body, signal, onProgress), signal), 'data');
}

/**
 * Creates a media from a stashed file.
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

/** Posts a form with progress: of the interfaces of browsers, only XMLHttpRequest reports the progress of an upload. */
function postWithProgress(
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
