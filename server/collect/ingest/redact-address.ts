import { LIMITS } from '../../../src/events/limits.ts';
import { isSecretName } from '../../../src/events/secret-names.ts';

/** The delimiters of parameters, also encoded ones, of an address that is the value of another's parameter. */
const DELIMITER = /([?&;=]|%(?:25)*(?:26|3[df]))/i;

/** An e-mail address within a text. `photo@2x.png` is none. */
const EMAIL = /.(?:@|%(?:25)*40)(?!\dx\.)[^@%]+\.[a-z]{2,}/i;

/**
 * An address as it may be stored: without fragment, user name and password, without the values of parameters whose names
 * mean something secret or personal, and with `-` for an e-mail address. The rest stays as it is written, also in a text
 * that is no URL. It is cut to `LIMITS.url`, and the work is linear in its length.
 * @param names further names of parameters, in lower case
 */
export function redactAddress(address: string, names: readonly string[] = []): string {
  const parts = address
    .slice(0, LIMITS.url)
    .replace(/#.*/s, '')
    .replace(/^([\w+.-]*:)?([\\/]{2})[^\\/?]*@/, '$1$2')
    .split(DELIMITER);
  /** The delimiter that ends the value that is being left out. */
  let end: RegExp | undefined;
  return parts
    .map((part, i) => {
      const isDelimiter = i % 2;
      if (isDelimiter && end?.test(part)) end = undefined;
      if (end) return '';
      if (!isDelimiter) return part.replace(/[^/:]+/g, (piece) => (EMAIL.test(piece) ? '-' : piece));
      if (/[=d]$/i.test(part) && isSecretName(lastPart(parts[i - 1] as string), names))
        // `;jsessionid=…` is in a path. An encoded value has an encoded `&` only where it is encoded once more.
        end = part !== '=' ? /&|26$/ : parts[i - 2] === ';' ? /[?&;]/ : /&/;
      return part;
    })
    .join('');
}

/** A parameter's name without the path before it, as in `/mugs;jsessionid=…`. */
function lastPart(written: string): string {
  return written.slice(written.lastIndexOf('/') + 1);
}
