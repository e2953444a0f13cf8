import { escapeControls, hasControls } from '../cli/terminal.ts';
import { AdminError } from './errors.ts';

/** Checks of values that operators and customers give. Each throws an {@link AdminError} 400. */

/** A text for people, trimmed. */
export function checkText(given: string, what: string, maxLength: number): string {
  const trimmed = given.trim();
  if (trimmed === '' || trimmed.length > maxLength)
    throw new AdminError(400, `The ${what} must have between 1 and ${maxLength} characters.`);
  checkControls(trimmed, what);
  return trimmed;
}

export function checkControls(given: string, what: string): void {
  if (hasControls(given)) throw new AdminError(400, `The ${what} must have no control characters: ${quote(given)}.`);
}

export function checkOneOf<T extends string>(given: string, known: readonly T[], what: string): T {
  const found = known.find((one) => one === given);
  if (!found) throw new AdminError(400, `The ${what} ${quote(given)} must be one of ${known.join(', ')}.`);
  return found;
}

/** @returns the origin in the form that browsers send */
export function checkOrigin(given: string): string {
  if (given === 'null')
    throw new AdminError(
      400,
      'Every page that hides its origin sends null, a stranger\'s page too, so it cannot be registered. Such pages, for example Shopify\'s sandboxed frames, can track without it ("permit trackers yes"), but read nothing.',
    );
  const url = URL.parse(given);
  if (!url || !/^https?:$/.test(url.protocol) || url.pathname !== '/' || url.search || url.hash || url.username)
    throw new AdminError(
      400,
      `The origin ${quote(given)} must look like https://shop.example, with a port if it has one.`,
    );
  return url.origin;
}

/** @returns the host name in lower case, and in Punycode if it has other letters than ASCII */
export function checkHostname(given: string): string {
  const url = URL.parse(`https://${given}/`);
  if (
    !url ||
    url.host !== url.hostname ||
    url.pathname !== '/' ||
    url.username ||
    url.search ||
    url.hash ||
    !/^[\w.:[\]-]+$/.test(url.hostname)
  )
    throw new AdminError(
      400,
      `The host ${quote(given)} must be a name as www.shop.example, without scheme, port and path.`,
    );
  return url.hostname;
}

/** A given value for an error message: quoted, escaped and cut. */
export function quote(given: string): string {
  return escapeControls(JSON.stringify(given.slice(0, 100)));
}
