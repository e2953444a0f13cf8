/** Characters of a message that are written. The message of a refusal may be a gateway's whole page. */
const MAX_LENGTH = 300;
/** The end of the message about a missing key, and a frequent reason. */
const NO_KEY = 'data-key is missing';
const IN_ADDRESS = 'A tag manager leaves data- attributes out: write src="…/vitrine.js#key=YOUR_PUBLIC_KEY" instead';
let isWritten = false;

/**
 * Writes a mistake in the page's markup or in the service's settings to the console. Without that line, nobody would search
 * for missing sales. A page gets one line, for its first mistake. Of several mistakes before this code was loaded, it is any
 * of them, since browsers settle the imports of a module in any order.
 */
export function writeOnce({ target, detail: { message, status } }: WindowEventMap['vitrine-error']): void {
  // Elements show their own errors. Only a refused key concerns the whole page.
  if (isWritten || (target !== window && status !== 401 && status !== 403)) return;
  isWritten = true;
  const hint = message.endsWith(NO_KEY) ? `. ${IN_ADDRESS}` : '';
  console.error(`vitrine: ${message.slice(0, MAX_LENGTH)}${hint}`);
}
