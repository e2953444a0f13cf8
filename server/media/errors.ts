/** A file the service does not take. The message is a sentence for the person who sent it. */
export class MediaRefused extends Error {
  override name = 'MediaRefused';
}

/** What is neither a picture nor a video that we know. */
export class NotMedia extends MediaRefused {
  override name = 'NotMedia';
}

/** A video came without a poster, and none could be drawn. */
export class NoPoster extends MediaRefused {
  override name = 'NoPoster';
}
