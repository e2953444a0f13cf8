import { LOCALES, type LoadTranslation } from '../locales/index.ts';
import type { Translation } from '../locales/translation.ts';

type Localized = Element & { locale?: string | null };

/**
 * The strings of an element in the language of `localeOf`. English is used for languages without a translation, and for a
 * translation that fails to load.
 * @param name the element's name in a translation
 * @param locales loaders of translations by BCP 47 tag
 */
export async function stringsFor<Name extends keyof Translation>(
  element: Localized,
  name: Name,
  english: Translation[Name],
  locales: Record<string, LoadTranslation> = LOCALES,
): Promise<Translation[Name]> {
  const load = lookUp(locales, localeOf(element));
  return (await load?.().catch(() => undefined))?.default[name] ?? english;
}

/** A BCP 47 tag that `Intl` accepts: that of the `locale` attribute, else of the closest `lang`, else `en`. */
export function localeOf(element: Localized): string {
  try {
    // Many pages write `en_US`, as POSIX does; some have no `lang` at all.
    const tag = element.locale || element.closest<HTMLElement>('[lang]')?.lang;
    return String(new Intl.Locale((tag as string).replaceAll('_', '-')));
  } catch {
    return 'en';
  }
}

/** The value for a language tag, or for the longest beginning of it that has one (RFC 4647, section 3.4, "Lookup"). */
export function lookUp<Value>(values: Record<string, Value>, tag: string): Value | undefined {
  const subtags = tag.split('-');
  for (; subtags.length; subtags.pop()) {
    // A subtag of one character introduces the subtag behind it, and means nothing without it.
    if (subtags.at(-1)?.length === 1) continue;
    const value = values[subtags.join('-')];
    if (value) return value;
  }
  return undefined;
}
