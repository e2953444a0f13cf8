/**
 * The likely usefulness of a picture to the shop, from 0 to 1, for `sorting=photorank`. It is computed once, at import or
 * upload:
 *
 * - 0.4 for resolution: all of it if the shorter side has at least 1080 pixels;
 * - 0.4 for sharpness: half of it at a Laplacian deviation of 6 on the `normal` size (blurred pictures have less than 3,
 *   sharp ones more than 10), and a slower increase above, so that noise does not win;
 * - 0.2 for products: half of it with one tagged product, three quarters with two, and nothing without a product, since
 *   such a picture sells nothing.
 *
 * @param sharpness `RenderedImage.sharpness`
 */
export function photorank(picture: { width: number; height: number; sharpness: number; products: number }): number {
  const resolution = Math.min(1, Math.min(picture.width, picture.height) / 1080);
  const sharpness = picture.sharpness / (picture.sharpness + 6);
  const products = 1 - 0.5 ** picture.products;
  return Math.round((0.4 * resolution + 0.4 * sharpness + 0.2 * products) * 10_000) / 10_000;
}
