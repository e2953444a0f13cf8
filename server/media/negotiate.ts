/** What a picture may be served as besides its fallback, best first. */
const BETTER = ['avif', 'webp'] as const;

/**
 * The better formats a browser says in so many words that it shows. Wildcards do not count: those who send only them
 * (curl, mail programs, link previews) include the ones that know nothing newer than JPEG.
 */
export function betterFormats(accept: string | undefined): (typeof BETTER)[number][] {
  const named = new Set(
    (accept ?? '')
      .toLowerCase()
      .split(',')
      .map((range) => range.split(';').map((part) => part.trim()))
      .filter(([, ...parameters]) => !parameters.some((parameter) => /^q=0(\.0{0,3})?$/.test(parameter)))
      .map(([type]) => type),
  );
  return BETTER.filter((format) => named.has(`image/${format}`));
}
