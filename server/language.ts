/** Whether a text is a language of the content API, with or without a country: `en`, `en_US`. */
export function isLanguage(text: string): boolean {
  return /^[a-z]{2,3}(_[A-Z]{2})?$/.test(text);
}
