import { LIMITS } from '../../../src/events/limits.ts';
import { isSecretName } from '../../../src/events/secret-names.ts';

/** Between names and values of parameters, also of an address that is the value of another's parameter. */
const DELIMITER = /([?&;=]|%(?:25)*(?:26|3[df]))/i;

/** An e-mail address somewhere in a text. `photo@2x.png` is none. */
const EMAIL = /.(?:@|%(?:25)*40)(?!\dx\.)[^@%]+\.[a-z]{2,}/i;

/**
 * An address as it may be kept: without fragment, user name and password, with nothing behind the names of parameters
 * that say secret or personal, and with `-` for an e-mail address. All else stays as it is written, also in what is no
 * URL. It is cut to `LIMITS.url`; the work is linear in that.
 * @param names further names of parameters, in lower case
 */
export function redactAddress(address: string, names: readonly string[] = []): string {
  const parts = address
    .slice(0, LIMITS.url)
    .replace(/#.*/s, '')
    .replace(/^([\w+.-]*:)?([\\/]{2})[^\\/?]*@/, '$1$2')
    .split(DELIMITER);
  /** What ends the value that is left out. */
  let end: RegExp | undefined;
  return parts
    .map((part, i) => {
      const isDelimiter = i % 2;
      if (isDelimiter && end?.test(part)) end = undefined;
      if (end) return '';
      if (!isDelimiter) return part.replace(/[^/:]+/g, (piece) => (EMAIL.test(piece) ? '-' : piece));
      if (/[=d]$/i.test(part) && isSecretName(lastPart(parts[i - 1] as string), names))
        // `;jsessionid=…` stands in a path; an encoded value may hold an encoded `&` only where it is nested once more.
        end = part !== '=' ? /&|26$/ : parts[i - 2] === ';' ? /[?&;]/ : /&/;
      return part;
    })
    .join('');
}

/** A name without the path that it may stand in, as in `/mugs;jsessionid=…`. */
function lastPart(written: string): string {
  return written.slice(written.lastIndexOf('/') + 1);
}
