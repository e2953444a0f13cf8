/**
 * Names of parameters whose values are secret or personal, in lower case and with `_` between their words. Some words also
 * count as the end of a longer word (`useremail`). Others count only as a whole word (`monkey` is no `key`). `code` counts
 * only as the whole name: `promo_code`, `zipcode` and `product_code` are not secret.
 */
const SECRET =
  /(?:token|secret|pass(?:w(?:or)?d|code|phrase)|pwd|mail|signature|apikey|sess(?:ion)?id|(?:^|[^a-z])(?:key|sig|o?auth|session|sid|otp|jwt|pass|credential|authorization))s?(?![a-z])|^code$/;

/**
 * Whether the value of a parameter is removed from URLs. Pages remove it before they send a URL, and the service before it
 * stores one.
 * @param name as it is in the URL, percent-encoded or not
 * @param further names that the shop adds, in lower case
 */
export function isSecretName(name: string, further: readonly string[]): boolean {
  const words = name.replace(/%..|([a-z\d])(?=[A-Z])/g, '$1_');
  return further.includes(name.toLowerCase()) || SECRET.test(words.toLowerCase());
}
