import { invalidValue } from '../errors.ts';

/**
 * Reads the id from a path of this API, alone or in a URL. No request goes to the host in the URL. The host is not
 * compared either, since this service may have many names, and only the sender of a stash knows its id.
 */

export function stashIdOf(url: string): string {
  const [, id] = /^(?:(?:https?:)?\/\/[^/?#\s]+)?\/?stashes\/([\w-]{1,64})\/?(?:\?\S*)?$/.exec(url) ?? [];
  if (id === undefined) throw invalidValue('url', url, 'the URL of a stash, as /stashes/{stash_id}');
  return id;
}

export function streamIdOf(uri: string): number {
  const [, id] = /^(?:(?:https?:)?\/\/[^/?#\s]+)?\/?streams\/([1-9]\d{0,14})\/?(?:\?\S*)?$/.exec(uri) ?? [];
  if (id === undefined) throw invalidValue('stream_uri', uri, 'the URI of a stream, as /streams/{stream_id}');
  return Number(id);
}
