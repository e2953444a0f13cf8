import { invalidValue } from '../errors.ts';

/**
 * What a parameter names: a path of ours, alone or in a URL as our own links are. No host is asked for anything, and
 * none is compared: a stash has an id that only its sender knows, behind however many names this service stands.
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
