/**
 * Which of an element's locale files to use: its `locale` attribute's, else the language of the text around it.
 * @param files loads the strings of a language (`de`) once it is needed; English is built in, and stands in for a file
 * that does not come
 */
export async function stringsFor<S>(
  element: Element & { locale?: string | null },
  english: S,
  files: Record<string, () => Promise<{ default: S }>>,
): Promise<S> {
  const file = files[localeOf(element).slice(0, 2)];
  return (await file?.().catch(() => undefined))?.default ?? english;
}

/** A BCP 47 tag that `Intl` takes; `en` where nothing says another, or what says it is none. */
export function localeOf(element: Element & { locale?: string | null }): string {
  try {
    // Many pages write `en_US`, as POSIX does; some have no language at all.
    const tag = element.locale || element.closest<HTMLElement>('[lang]')?.lang;
    return String(new Intl.Locale((tag as string).replace('_', '-')));
  } catch {
    return 'en';
  }
}
