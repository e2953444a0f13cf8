/** Whether a text is a language as the content API writes it: `en`, or with a country `en_US`. */
export function isLanguage(text: string): boolean {
  return /^[a-z]{2,3}(_[A-Z]{2})?$/.test(text);
}
