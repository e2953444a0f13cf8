/** A file that the service does not accept. The message is a sentence for the person who sent it. */
export class MediaError extends Error {
  override name = 'MediaError';
}

/** The file is neither a picture nor a video of a known format. */
export class NotMediaError extends MediaError {
  override name = 'NotMediaError';
}

/** A video came without a poster, and none could be drawn. */
export class NoPosterError extends MediaError {
  override name = 'NoPosterError';
}
