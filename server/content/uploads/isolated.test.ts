import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { form, openUploadShop, picture, type UploadShop, video } from './testing/upload-shop.ts';

/** What visitors send is served as what it is, from where it can do nothing. */

let shop: UploadShop;
beforeAll(async () => {
  shop = await openUploadShop();
});
afterAll(() => shop.close());

const PAGE = '<html><script>alert(document.domain)</script></html>';
/** As browsers ask that guess the type of what they open. */
const ACCEPT = 'text/html,application/xhtml+xml,*/*;q=0.8';

async function expectIsolated(address: string, type: RegExp): Promise<void> {
  const url = `${shop.url}${address.replace(/^(?:https?:)?\/\/[^/]+/, '')}`;
  const { status, headers, bytes } = await fetch(url, { headers: { accept: ACCEPT } }).then(async (answer) => ({
    ...{ status: answer.status, headers: answer.headers },
    bytes: Buffer.from(await answer.arrayBuffer()),
  }));
  expect([address, status]).toEqual([address, 200]);
  expect(headers.get('content-type')).toMatch(type);
  expect(headers.get('x-content-type-options')).toBe('nosniff');
  expect(headers.get('content-security-policy')).toBe("default-src 'none'; frame-ancestors 'none'; sandbox");
  if (type.source.includes('image')) expect(bytes.includes('<script')).toBe(false);
}

test.each(['png', 'jpeg', 'webp', 'gif', 'avif'] as const)(
  'a %s that is a page, too, is served as a picture and holds nothing of the page',
  async (format) => {
    const described = await sharp(await picture(format))
      .toFormat(format)
      .withExif({ IFD0: { ImageDescription: PAGE, Copyright: PAGE } })
      .toBuffer();
    const file = { bytes: Buffer.concat([described, Buffer.from(PAGE)]), name: 'page.html', type: 'text/html' };
    const { status, json } = await shop.post(shop.uploadPath, form({ file }));
    expect(status).toBe(200);
    const { square, thumbnail, mobile, normal, original } = json.data.images;
    for (const image of [square, thumbnail, mobile, normal, original])
      await expectIsolated(image, /^image\/(jpeg|png|webp|gif|avif)$/);
  },
);

test('a video that calls itself a page is served as a video', async () => {
  const file = { bytes: video(), name: 'page.html', type: 'text/html' };
  const body = form({ file, poster: await picture() });
  const { status, json } = await shop.post(shop.uploadPath, body);
  expect(status).toBe(200);
  await expectIsolated(json.data.video_url, /^video\/(mp4|webm)$/);
});
