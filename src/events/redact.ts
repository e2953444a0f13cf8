import { LIMITS } from './limits.ts';

/** Between names and values of parameters, also of an address that is the value of another's parameter. */
const DELIMITER = /([?&;=]|%(?:25)*(?:26|3[df]))/i;

/**
 * Names of parameters whose values are secret or personal, in lower case and with `_` between their words. Some words
 * count at the end of a longer one (`useremail`), others alone (`key` is no `monkey`). `code` is secret by itself only:
 * `promo_code`, `zipcode` and `product_code` are not.
 */
const SECRET =
  /(?:token|secret|passw(?:or)?d|pwd|mail|signature|apikey|sess(?:ion)?id|(?:^|[^a-z])(?:key|sig|o?auth|session|sid|otp|jwt|pass|credential|authorization))s?(?![a-z])|^code$/;

/** An e-mail address somewhere in a text. `photo@2x.png` is none. */
const EMAIL = /.(?:@|%(?:25)*40)(?!\dx\.)[^@%]+\.[a-z]{2,}/i;

/**
 * An address as it may be kept: without fragment, user name and password, with nothing behind the names of parameters
 * that say secret or personal, and with `-` for an e-mail address. All else stays as it is written, also in what is no
 * URL. It is cut to `LIMITS.url`; the work is linear in that.
 * @param names further names of parameters, in lower case
 */
export function redact(address: string, names: readonly string[] = []): string {
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
      if (/[=d]$/i.test(part) && isSecret(parts[i - 1] as string, names))
        // `;jsessionid=…` stands in a path; an encoded value may hold an encoded `&` only where it is nested once more.
        end = part !== '=' ? /&|26$/ : parts[i - 2] === ';' ? /[?&;]/ : /&/;
      return part;
    })
    .join('');
}

function isSecret(written: string, names: readonly string[]): boolean {
  const name = written.slice(written.lastIndexOf('/') + 1);
  const words = name.replace(/%..|([a-z\d])(?=[A-Z])/g, '$1_');
  return names.includes(name.toLowerCase()) || SECRET.test(words.toLowerCase());
}
