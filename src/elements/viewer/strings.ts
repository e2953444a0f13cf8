/** The strings of a viewer in English. `locales/` has other languages. */
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
