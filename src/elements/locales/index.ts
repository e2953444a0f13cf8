import type { Translation } from './translation.ts';

/** Loads the strings of a language. */
export type LoadTranslation = () => Promise<{ default: Translation }>;

/** The languages besides English, by their BCP 47 tags as `Intl.Locale` writes them (`de`, `pt-BR`). */
export const LOCALES: Record<string, LoadTranslation> = {
  de: () => import('./de.ts'),
};
