/**
 * Which of an element's locale files to use: its `locale` attribute's, else the language of the text around it.
 * @param files loads the strings of a language (`de`) once it is needed; English is built in
 */
export async function stringsFor<S>(
  element: Element & { locale?: string | null },
  english: S,
  files: Record<string, () => Promise<{ default: S }>>,
): Promise<S> {
  const file = files[localeOf(element).slice(0, 2).toLowerCase()];
  return file ? (await file()).default : english;
}

/** A BCP 47 tag; `en` where nothing says another. */
export function localeOf(element: Element & { locale?: string | null }): string {
  return element.locale || element.closest<HTMLElement>('[lang]')?.lang || 'en';
}
