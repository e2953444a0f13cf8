/** What a viewer says, in English. Another language is a file beside this one and a line in `LOCALES`. */
const english = {
  label: 'Customer photos',
  close: 'Close',
  previous: 'Previous photo',
  next: 'Next photo',
  position: (at: number, total: number) => `${at} of ${total}`,
  photoBy: (name: string) => (name ? `Photo by ${name}` : 'Photo'),
  shop: 'Shop this product',
};

export type ViewerStrings = typeof english;
export default english;

export const LOCALES = { de: () => import('./strings.de.ts') };
