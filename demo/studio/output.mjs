// Files as phones and shops make them: several formats, sideways JPEGs, and a made-up place in the EXIF.
import path from 'node:path';
import sharp from 'sharp';

/** Writes at the best quality that stays under `kb`. */
export async function write(
  folder,
  name,
  bytes,
  width,
  height,
  { format = 'jpg', orientation, gps, kb, colours = 96 },
  limit,
) {
  const file = path.join(folder, `${name}.${format}`),
    max = (kb ?? limit) * 1024;
  let img = sharp(bytes, { raw: { width, height, channels: 3 } });
  // Sideways: the pixels are turned, and EXIF says how to turn them back.
  if (orientation)
    img = sharp(
      await img
        .rotate(orientation === 6 ? 270 : 90)
        .png()
        .toBuffer(),
    );
  const exif = {};
  if (gps)
    Object.assign(exif, {
      IFD0: { Make: 'Tideline Test', Model: 'Pocket Camera 1' },
      IFD3: {
        GPSLatitudeRef: gps[0] < 0 ? 'S' : 'N',
        GPSLatitude: degrees(gps[0]),
        GPSLongitudeRef: gps[1] < 0 ? 'W' : 'E',
        GPSLongitude: degrees(gps[1]),
      },
    });
  if (orientation) exif.IFD0 = { ...exif.IFD0, Orientation: String(orientation) };
  const tagged = () => {
    const c = img.clone();
    return Object.keys(exif).length
      ? c.withExif(exif).withMetadata({ exif, ...(orientation ? { orientation } : {}) })
      : c;
  };
  if (format === 'png') return tagged().png({ palette: true, colours, dither: 0.6, effort: 8 }).toFile(file);
  if (format === 'gif')
    return tagged()
      .resize(Math.round(width / 2))
      .gif({ colours: 64, dither: 0.5, effort: 8 })
      .toFile(file);
  for (let q = 82; ; q -= 4) {
    const c = tagged();
    const buf = await (format === 'webp'
      ? c.webp({ quality: q - 4, effort: 5 })
      : format === 'avif'
        ? c.avif({ quality: q - 22, effort: 4 })
        : c.jpeg({ quality: q, mozjpeg: true })
    ).toBuffer();
    if (buf.length <= max || q < 52) {
      await sharp(buf).metadata();
      return import('node:fs').then((fs) => fs.writeFileSync(file, buf));
    }
  }
}

const degrees = (x) => {
  x = Math.abs(x);
  const d = Math.floor(x),
    m = Math.floor((x - d) * 60),
    s = Math.round(((x - d) * 60 - m) * 6000);
  return `${d}/1 ${m}/1 ${s}/100`;
};
