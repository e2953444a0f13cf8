/** Characters of a message, which may be a gateway's whole page, and of the line. */
const MAX_LENGTH = 300;
/** Where the key may have gone. */
const NO_KEY = 'data-key is missing';
const IN_ADDRESS = 'A tag manager leaves data- attributes out: write src="…/vitrine.js#key=YOUR_PUBLIC_KEY" instead';
let written = false;

/**
 * Writes a mistake of the page's markup or of the service's settings to the console, which is quiet otherwise: without
 * that line nobody would look for the sales that are missing. One line a page, however many mistakes there are: the first,
 * or one of several that happened before this code came, since browsers settle imports of one module in any order.
 */
export function writeOnce({ target, detail: { message, status } }: WindowEventMap['vitrine-error']): void {
  // What elements cannot do they say on themselves; only a refused key is everybody's matter.
  if (written || (target !== window && status !== 401 && status !== 403)) return;
  written = true;
  const hint = message.endsWith(NO_KEY) ? `. ${IN_ADDRESS}` : '';
  console.error(`vitrine: ${message.slice(0, MAX_LENGTH)}${hint}`);
}
