/** A file the service does not take. The message is a sentence for the person who sent it. */
export class MediaRefused extends Error {
  override name = 'MediaRefused';
}
