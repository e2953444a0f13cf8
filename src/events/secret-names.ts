/**
 * Names of parameters whose values are secret or personal, in lower case and with `_` between their words. Some words
 * count at the end of a longer one (`useremail`), others alone (`key` is no `monkey`). `code` is secret by itself only:
 * `promo_code`, `zipcode` and `product_code` are not.
 */
const SECRET =
  /(?:token|secret|pass(?:w(?:or)?d|code|phrase)|pwd|mail|signature|apikey|sess(?:ion)?id|(?:^|[^a-z])(?:key|sig|o?auth|session|sid|otp|jwt|pass|credential|authorization))s?(?![a-z])|^code$/;

/**
 * Whether the value of a parameter is to be left out of addresses: what the page sends and what the service stores
 * follow this one list.
 * @param name as it is written in the address, percent-encoded or not
 * @param further names that the shop adds, in lower case
 */
export function isSecretName(name: string, further: readonly string[]): boolean {
  const words = name.replace(/%..|([a-z\d])(?=[A-Z])/g, '$1_');
  return further.includes(name.toLowerCase()) || SECRET.test(words.toLowerCase());
}
