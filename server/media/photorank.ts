/**
 * How well a picture is likely to serve the shop, from 0 to 1: the order of `sorting=photorank`. Given once, at import
 * or upload, from what can be known then:
 *
 * - 0.4 for resolution: the shorter side, full marks from 1080 pixels;
 * - 0.4 for sharpness: half of it at a Laplacian deviation of 6 on the `normal` size (soft or shaken pictures are
 *   below 3, crisp ones above 10), rising ever more slowly so that noise does not win;
 * - 0.2 for products: half of it with one tagged product, three quarters with two; none without, for nothing can be
 *   bought from it.
 *
 * @param sharpness `RenderedImage.sharpness`
 */
export function photorank(picture: { width: number; height: number; sharpness: number; products: number }): number {
  const resolution = Math.min(1, Math.min(picture.width, picture.height) / 1080);
  const sharpness = picture.sharpness / (picture.sharpness + 6);
  const products = 1 - 0.5 ** picture.products;
  return Math.round((0.4 * resolution + 0.4 * sharpness + 0.2 * products) * 10_000) / 10_000;
}
