/** The formats of a picture besides its fallback, best first. */
const BETTER = ['avif', 'webp'] as const;

/**
 * The better formats that an Accept header names. Wildcards do not count: some programs that send only them (curl, mail
 * programs, link previews) know no format newer than JPEG.
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
