import { describe, expect, expectTypeOf, test } from 'vitest';
import {
  type ContentMedia,
  type ContentStream,
  createContentClient,
  mediaOfCategory,
  mediaOfStream,
  type Pages,
  type Upload,
} from './content.ts';

const api = { base: 'https://ugc.example.com', key: 'k' };
const client = createContentClient({ api: api.base, key: api.key });

describe('the types of the client', () => {
  test('an endpoint of the client is the function of that name without the API', () => {
    type Without<F> = F extends (api: never, ...rest: infer R) => infer A ? (...rest: R) => A : never;
    expectTypeOf(client.mediaOfStream).toEqualTypeOf<Without<typeof mediaOfStream>>();
    expectTypeOf(client.getStream).returns.resolves.toEqualTypeOf<ContentStream>();
    expectTypeOf(client.mediaOfUser).returns.toEqualTypeOf<Pages<ContentMedia>>();
    expectTypeOf(client.createUpload).returns.toEqualTypeOf<Upload>();
    expect(Object.values(client).every((endpoint) => typeof endpoint === 'function')).toBe(true);
  });

  test('a page is an array, and an id is text', () => {
    expectTypeOf<Pages<ContentMedia>>().toExtend<AsyncIterable<ContentMedia[]>>();
    expectTypeOf<ContentMedia['id']>().toBeString();
    expectTypeOf<ContentMedia['images']>().toExtend<{ normal: string }>();
  });

  test('only the media of a stream have positions', () => {
    mediaOfStream(api, { key: 'mug-01' }, { sorting: 'media_position' });
    // @ts-expect-error: an order of streams only
    mediaOfCategory(api, { key: 'ceramics' }, { sorting: 'media_position' });
    // @ts-expect-error: no order at all
    mediaOfStream(api, 42, { sorting: 'newest' });
  });
});
