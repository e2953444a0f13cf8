import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { MediaError } from './errors.ts';
import { type ImageFormat, sniff } from './formats.ts';
import { renderAvif, renderImage } from './image.ts';
import { MAX_IMAGE_BYTES } from './limits.ts';
import { heicOf } from './testing/heic.ts';
import { gifOf, manyScans, webpOf } from './testing/pictures.ts';

/** So many frames on a square of so many pixels a side. */
const ANIMATIONS = { gif: gifOf, webp: webpOf };

const RED = { r: 220, g: 20, b: 30 };
const BLUE = { r: 20, g: 40, b: 220 };

/** Left half red, right half blue. */
function halves(width: number, height: number) {
  const left = sharp({ create: { width, height, channels: 3, background: BLUE } });
  const right = { create: { width: width / 2, height, channels: 3 as const, background: RED } };
  return left.composite([{ input: right, left: 0, top: 0 }]);
}

function flat(width: number, height: number) {
  return sharp({ create: { width, height, channels: 3, background: RED }, limitInputPixels: false });
}

function render(bytes: Buffer) {
  return renderImage(bytes, sniff(bytes) as ImageFormat);
}

async function pixel(image: Uint8Array | undefined, x: number, y: number) {
  const { data, info } = await sharp(image).raw().toBuffer({ resolveWithObject: true });
  return [...data.subarray((y * info.width + x) * info.channels).subarray(0, info.channels)];
}

async function dimensions(image: Uint8Array | undefined) {
  const { width, height, pages } = await sharp(image, { animated: true }).metadata();
  return { width, height, pages: pages ?? 1 };
}

async function refusal(bytes: Buffer): Promise<string> {
  const error = await (async () => render(bytes))().then(
    () => undefined,
    (error) => error,
  );
  expect(error).toBeInstanceOf(MediaError);
  return error.message;
}

describe('sizes', () => {
  test('a landscape JPEG gets the five sizes of the specification, and WebP of the four smaller ones', async () => {
    const { width, height, fallback, files } = await render(await halves(1200, 800).jpeg().toBuffer());
    expect({ width, height, fallback }).toEqual({ width: 1200, height: 800, fallback: 'jpg' });
    const sizes: Record<string, object> = {};
    for (const [name, bytes] of files) sizes[name] = await dimensions(bytes);
    expect(sizes).toEqual({
      'original.jpg': { width: 1200, height: 800, pages: 1 },
      'square.jpg': { width: 90, height: 90, pages: 1 },
      'square.webp': { width: 90, height: 90, pages: 1 },
      'thumbnail.jpg': { width: 150, height: 100, pages: 1 },
      'thumbnail.webp': { width: 150, height: 100, pages: 1 },
      'mobile.jpg': { width: 320, height: 213, pages: 1 },
      'mobile.webp': { width: 320, height: 213, pages: 1 },
      'normal.jpg': { width: 640, height: 427, pages: 1 },
      'normal.webp': { width: 640, height: 427, pages: 1 },
    });
    for (const [name, bytes] of files) expect(sniff(bytes)).toBe(name.endsWith('webp') ? 'webp' : 'jpeg');
  });

  test('nothing is larger than its source, and a square stays square', async () => {
    const { files } = await render(await halves(200, 60).png().toBuffer());
    expect(await dimensions(files.get('normal.jpg'))).toMatchObject({ width: 200, height: 60 });
    expect(await dimensions(files.get('thumbnail.jpg'))).toMatchObject({ width: 150, height: 45 });
    expect(await dimensions(files.get('square.jpg'))).toMatchObject({ width: 60, height: 60 });
  });

  test('a panorama is not enlarged for its square, which is cut from the middle', async () => {
    const { files } = await render(await halves(4000, 200).jpeg().toBuffer());
    expect(await dimensions(files.get('normal.jpg'))).toMatchObject({ width: 640, height: 32 });
    expect(await dimensions(files.get('square.jpg'))).toMatchObject({ width: 90, height: 90 });
    const [red, , blue] = await pixel(files.get('square.jpg'), 10, 45);
    expect(red).toBeGreaterThan(blue ?? 0);
  });

  test('AVIF of the four smaller sizes is made from the stored original', async () => {
    const { files } = await render(await halves(500, 400).jpeg().toBuffer());
    const avif = await renderAvif(Buffer.from(files.get('original.jpg') ?? []));
    expect([...avif.keys()]).toEqual(['square.avif', 'thumbnail.avif', 'mobile.avif', 'normal.avif']);
    for (const bytes of avif.values()) expect(sniff(bytes)).toBe('avif');
    expect(await dimensions(avif.get('normal.avif'))).toMatchObject({ width: 500, height: 400 });
  });
});

describe('formats', () => {
  test.each(['jpeg', 'png', 'webp', 'avif', 'gif'] as const)(
    '%s keeps its format and size as original',
    async (format) => {
      const rendered = await render(await halves(300, 200)[format]().toBuffer());
      const extension = format === 'jpeg' ? 'jpg' : format;
      const original = rendered.files.get(`original.${extension}`);
      expect(rendered.format).toBe(format);
      expect(sniff(original ?? Buffer.alloc(0))).toBe(format);
      expect(await dimensions(original)).toMatchObject({ width: 300, height: 200 });
      const [red, , blue] = await pixel(original, 20, 100);
      expect(red).toBeGreaterThan(150);
      expect(blue).toBeLessThan(90);
    },
  );

  test('a PNG original is kept without loss', async () => {
    const { data } = await halves(64, 64).raw().toBuffer({ resolveWithObject: true });
    const { files } = await render(await halves(64, 64).png().toBuffer());
    const kept = await sharp(files.get('original.png')).raw().toBuffer();
    expect(kept.equals(data)).toBe(true);
  });

  test('an animated GIF stays animated as original; the other sizes show its first frame', async () => {
    const frames = await Promise.all(
      [RED, BLUE, RED].map((background) =>
        sharp({ create: { width: 200, height: 100, channels: 3, background } })
          .png()
          .toBuffer(),
      ),
    );
    const gif = await sharp(frames, { join: { animated: true } })
      .gif({ delay: [80, 90, 100], loop: 3 })
      .toBuffer();
    const { files, width, height } = await render(gif);
    expect({ width, height }).toEqual({ width: 200, height: 100 });
    const original = await sharp(files.get('original.gif'), { animated: true }).metadata();
    expect(original).toMatchObject({ pages: 3, pageHeight: 100, delay: [80, 90, 100], loop: 3 });
    expect(await dimensions(files.get('normal.webp'))).toEqual({ width: 200, height: 100, pages: 1 });
    const [red, , blue] = await pixel(files.get('normal.jpg'), 100, 50);
    expect(red).toBeGreaterThan(180);
    expect(blue).toBeLessThan(70);
  });

  test('where something is transparent, the fallback is PNG and WebP is transparent too', async () => {
    const clear = { create: { width: 400, height: 400, channels: 4 as const, background: { ...RED, alpha: 0 } } };
    const dot = await sharp({ create: { width: 100, height: 100, channels: 3, background: BLUE } })
      .png()
      .toBuffer();
    const { fallback, files } = await render(
      await sharp(clear)
        .composite([{ input: dot, left: 0, top: 0 }])
        .png()
        .toBuffer(),
    );
    expect(fallback).toBe('png');
    expect(files.has('normal.jpg')).toBe(false);
    expect((await pixel(files.get('normal.png'), 390, 390))[3]).toBe(0);
    expect((await pixel(files.get('normal.webp'), 390, 390))[3]).toBe(0);
    expect((await pixel(files.get('normal.png'), 20, 20))[3]).toBe(255);
  });

  test('an alpha channel in which nothing is transparent still gives JPEG', async () => {
    const { fallback } = await render(await halves(100, 100).ensureAlpha().png().toBuffer());
    expect(fallback).toBe('jpg');
  });

  test('a CMYK JPEG comes out in sRGB', async () => {
    const cmyk = await halves(200, 200).toColourspace('cmyk').jpeg().toBuffer();
    expect((await sharp(cmyk).metadata()).space).toBe('cmyk');
    const { files } = await render(cmyk);
    for (const [name, bytes] of files) expect([name, (await sharp(bytes).metadata()).space]).toEqual([name, 'srgb']);
    const [red, , blue] = await pixel(files.get('original.jpg'), 20, 100);
    expect(red).toBeGreaterThan(150);
    expect(blue).toBeLessThan(90);
  });
});

describe('large pictures', () => {
  test.each([
    ['of 81 million pixels', 9000, 9000, 7071, 7071],
    ['wider than WebP can be', 20_000, 100, 16_383, 81],
  ])('%s: scaled down to what is kept', async (_, width, height, keptWidth, keptHeight) => {
    const { files, ...kept } = await render(await flat(width, height).jpeg().toBuffer());
    expect(kept).toMatchObject({ width: keptWidth, height: keptHeight, format: 'jpeg' });
    expect(await dimensions(files.get('original.jpg'))).toMatchObject({ width: keptWidth, height: keptHeight });
  });

  test('taken on their side, they are scaled and stand upright', async () => {
    const bytes = await halves(10_000, 6000).jpeg().withMetadata({ orientation: 6 }).toBuffer();
    const { width, height, files } = await render(bytes);
    expect({ width, height }).toEqual({ width: 5477, height: 9128 });
    expect(await dimensions(files.get('original.jpg'))).toMatchObject({ width: 5477, height: 9128 });
    const [top] = await pixel(files.get('mobile.jpg'), 80, 20);
    const [bottom] = await pixel(files.get('mobile.jpg'), 80, 300);
    expect([(top ?? 0) > 180, (bottom ?? 255) < 60]).toEqual([true, true]);
  });
});

describe('HEIC', () => {
  /** Whether the libvips of this machine has HEVC; the one that comes with sharp has not. */
  const isReadable = (bytes: Buffer) =>
    sharp(bytes)
      .raw()
      .toBuffer()
      .then(
        () => true,
        () => false,
      );

  test('is kept as JPEG where libvips can read it, and elsewhere refused with what to do', async () => {
    const heic = heicOf(256);
    expect(sniff(heic)).toBe('heic');
    if (await isReadable(heic)) {
      const { format, files } = await render(heic);
      expect([format, sniff(Buffer.from(files.get('original.jpg') ?? []))]).toEqual(['jpeg', 'jpeg']);
    } else {
      expect(await refusal(heic)).toBe('This is a HEIC picture, which this service cannot read. Export it as JPEG.');
    }
  });

  test('that libvips can read is kept as JPEG, without metadata', async () => {
    // The same container with AV1 in it, which every libvips reads, and the brand of HEIC.
    const bytes = await halves(300, 200)
      .withExif({ IFD0: { Make: 'SecretCam' } })
      .avif()
      .toBuffer();
    bytes.write('heic', 8, 'latin1');
    bytes.write('heic', bytes.indexOf('avif', 12), 'latin1');
    expect([sniff(bytes), bytes.includes('SecretCam')]).toEqual(['heic', true]);
    const { format, width, height, files } = await render(bytes);
    expect({ format, width, height }).toEqual({ format: 'jpeg', width: 300, height: 200 });
    const original = Buffer.from(files.get('original.jpg') ?? []);
    expect([sniff(original), original.includes('SecretCam')]).toEqual(['jpeg', false]);
    const [red, , blue] = await pixel(original, 20, 100);
    expect([(red ?? 0) > 150, (blue ?? 255) < 90]).toEqual([true, true]);
  });

  test('that is too small is refused before it is read', async () => {
    expect(await refusal(heicOf(32))).toMatch(/32x32; each side needs at least 50/);
  });
});

describe('metadata', () => {
  const XMP = '<x:xmpmeta xmlns:x="adobe:ns:meta/"><secret>48.2081 N</secret></x:xmpmeta>';

  test.each(['jpeg', 'png', 'webp', 'avif'] as const)(
    'position, camera and XMP are gone from every file of a %s',
    async (format) => {
      const bytes = await halves(300, 200)
        [format]()
        .withExif({ IFD0: { Make: 'SecretCam', Copyright: 'SecretName' }, IFD3: { GPSLatitude: '48/1 12/1 29/1' } })
        .withXmp(XMP)
        .withIccProfile('p3')
        .toBuffer();
      expect(bytes.includes('SecretCam')).toBe(true);
      const { files } = await render(bytes);
      const all = new Map([...files, ...(await renderAvif(bytes))]);
      expect(all.size).toBe(13);
      for (const [name, file] of all) {
        const { exif, xmp, iptc, icc, orientation, comments } = await sharp(file).metadata();
        expect([name, { exif, xmp, iptc, icc, orientation, comments }]).toEqual([name, {}]);
        expect(Buffer.from(file).includes('Secret')).toBe(false);
      }
    },
  );

  test('a picture taken on its side stands upright in every size', async () => {
    const bytes = await halves(600, 300).jpeg().withMetadata({ orientation: 6 }).toBuffer();
    const { width, height, files } = await render(bytes);
    expect({ width, height }).toEqual({ width: 300, height: 600 });
    expect(await dimensions(files.get('original.jpg'))).toMatchObject({ width: 300, height: 600 });
    expect(await dimensions(files.get('mobile.webp'))).toMatchObject({ width: 160, height: 320 });
    // Turned a quarter clockwise, the red left half is on top.
    for (const name of ['original.jpg', 'mobile.jpg', 'mobile.webp']) {
      const [top] = await pixel(files.get(name), 80, 20);
      const [bottom] = await pixel(files.get(name), 80, 300 * (name === 'original.jpg' ? 1.9 : 1));
      expect([name, (top ?? 0) > 180, (bottom ?? 255) < 60]).toEqual([name, true, true]);
    }
  });
});

describe('refused', () => {
  test('a JPEG that is cut off', async () => {
    const noise = { type: 'gaussian' as const, mean: 128, sigma: 40 };
    const whole = await sharp({ create: { width: 600, height: 400, channels: 3, background: 'gray', noise } })
      .jpeg()
      .toBuffer();
    expect(await refusal(whole.subarray(0, whole.length / 2))).toMatch(/JPEG picture is damaged or cut off/);
  });

  test.each(['png', 'webp', 'avif', 'gif'] as const)('a %s that is cut off', async (format) => {
    const whole = await halves(600, 400)[format]().toBuffer();
    expect(await refusal(whole.subarray(0, whole.length * 0.6))).toMatch(/is damaged or cut off/);
  });

  test.each([
    ['SVG', '<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"><script>alert(1)</script></svg>'],
    ['HTML', '<!doctype html><script>alert(1)</script>'],
    ['ZIP', 'PK\x03\x04\x14\0\0\0\0\0'],
    ['nothing', ''],
    ['PDF', '%PDF-1.7'],
  ])('%s under whatever name', async (_, text) => {
    expect(await refusal(Buffer.from(text, 'latin1'))).toMatch(/not a JPEG, PNG, WebP, AVIF, HEIC or GIF/);
  });

  test('TIFF, which libvips would read', async () => {
    expect(await refusal(await halves(20, 20).tiff().toBuffer())).toMatch(/not a JPEG/);
  });

  test('more pixels than any camera has, however small the file is', async () => {
    const bomb = await flat(15_000, 14_000).png().toBuffer();
    expect(bomb.length).toBeLessThan(3 * 1024 * 1024);
    expect(await refusal(bomb)).toMatch(/15000x14000 pixels; at most 200 million/);
  });

  // A scan that lacks components, or a turn, is only complete when the last line is read.
  test.each([
    ['an AVIF', 20, () => flat(7000, 3000).avif({ effort: 0, quality: 20 })],
    ['a progressive JPEG', 116.7, () => flat(11_000, 10_700).jpeg({ progressive: true })],
    [
      'a progressive JPEG on its side',
      77.8,
      () => flat(9000, 8800).jpeg({ progressive: true }).withMetadata({ orientation: 6 }),
    ],
    [
      'a transparent, interlaced PNG on its side',
      87.5,
      () => flat(9500, 9500).ensureAlpha().png({ progressive: true }).withMetadata({ orientation: 6 }),
    ],
  ] as const)(
    '%s that takes more memory to be read than there is: over %d million pixels',
    async (_, most, picture) => {
      expect(await refusal(await picture().toBuffer())).toContain(`; at most ${most} million pixels are accepted.`);
    },
  );

  test('a picture that is too small to be shown, with the size that is wanted', async () => {
    expect(await refusal(await flat(400, 49).jpeg().toBuffer())).toBe(
      'The picture is 400x49; each side needs at least 50 pixels, and 640 look good.',
    );
    await expect(render(await flat(400, 50).jpeg().toBuffer())).resolves.toMatchObject({ width: 400, height: 50 });
  });

  test.each(['gif', 'webp'] as const)('a tiny %s whose frames add up to 26 million pixels', async (format) => {
    const bytes = await ANIMATIONS[format](26, 1000);
    expect(bytes.length).toBeLessThan(10_000);
    expect(await refusal(bytes)).toBe(
      'The picture has 26 frames of 1000x1000; at most 25 million pixels of all frames together are accepted.',
    );
  });

  test.each(['gif', 'webp'] as const)('a %s of more than 300 frames, however small they are', async (format) => {
    await expect(render(await ANIMATIONS[format](300, 50))).resolves.toMatchObject({ width: 50, height: 50 });
    const message = 'The picture has too many frames; at most 300 are accepted. Send it as a video.';
    expect(await refusal(await ANIMATIONS[format](301, 1))).toBe(message);
  });

  test('a JPEG of more scans than encoders write', async () => {
    await expect(render(manyScans(64, 63))).resolves.toMatchObject({ width: 64 });
    const message = 'The JPEG picture has too many scans; at most 64 are accepted. Save it anew.';
    expect(await refusal(manyScans(64, 64))).toBe(message);
  });

  test.each([
    ['a WebP of 160,000 frames', () => ANIMATIONS.webp(160_000, 1)],
    ['a GIF of 160,000 frames', () => ANIMATIONS.gif(160_000, 1)],
    ['a JPEG of 880 scans over 25 million pixels', () => manyScans(5000, 880)],
  ])('%s, at no cost worth mentioning', async (_, make) => {
    const bytes = await make();
    const began = process.cpuUsage();
    await refusal(bytes);
    const { user, system } = process.cpuUsage(began);
    // libvips took 134 s of a processor for the first.
    expect((user + system) / 1e6).toBeLessThan(2);
  });

  test('a side longer than any camera makes', async () => {
    expect(await refusal(await flat(70_000, 50).png().toBuffer())).toMatch(/70000x50; at most 65535 pixels a side/);
  });

  test('more bytes than are accepted', async () => {
    const small = await halves(20, 20).jpeg().toBuffer();
    expect(await refusal(Buffer.concat([small, Buffer.alloc(MAX_IMAGE_BYTES)]))).toMatch(/at most 25/);
  });
});

test('a video behind the end of a JPEG, as phones put it there, counts as no scans', async () => {
  const moving = Buffer.concat([await halves(50, 50).jpeg().toBuffer(), Buffer.alloc(1000, 'ffda0002', 'hex')]);
  await expect(render(moving)).resolves.toMatchObject({ width: 50 });
});

test('what is hidden behind the end of a picture is gone', async () => {
  const polyglot = Buffer.concat([await halves(50, 50).jpeg().toBuffer(), Buffer.from('<script>hidden</script>')]);
  const { files } = await render(polyglot);
  for (const file of files.values()) expect(Buffer.from(file).includes('hidden')).toBe(false);
});

test('a crisp picture is sharper than the same one blurred', async () => {
  const noise = { type: 'gaussian' as const, mean: 128, sigma: 40 };
  const crisp = await sharp({ create: { width: 800, height: 800, channels: 3, background: 'gray', noise } })
    .blur(1)
    .png()
    .toBuffer();
  const soft = await sharp(crisp).blur(6).png().toBuffer();
  expect((await render(crisp)).sharpness).toBeGreaterThan(2 * (await render(soft)).sharpness);
});
