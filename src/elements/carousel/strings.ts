/** The strings of a carousel in English. `locales/` has other languages. */
const english = {
  label: 'Photos from our customers',
  carousel: 'carousel',
  slide: 'slide',
  previous: 'Previous photos',
  next: 'Next photos',
  position: (at: number, total: number) => `${at} of ${total}`,
  showing: (from: number, to: number, total: number) => `Photos ${from} to ${to} of ${total}`,
  photoBy: (name: string) => (name ? `Photo by ${name}` : 'Photo'),
  video: 'Video',
  empty: 'No photos yet',
  failed: 'Photos can’t be shown right now',
};

export type CarouselStrings = typeof english;
export default english;
