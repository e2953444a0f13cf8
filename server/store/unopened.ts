import { accessSync, closeSync, constants, existsSync, openSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Why SQLite cannot open a file, and what to do. SQLite says only that it cannot, whatever the operating system said.
 */
export function whyUnopened(path: string, error: unknown): string {
  const { code = '', message } = error as NodeJS.ErrnoException;
  const errno = code.startsWith('SQLITE_CANTOPEN') ? errnoOf(path) : undefined;
  if (errno === 'EMFILE' || errno === 'ENFILE')
    return `too many files are open (${errno}): raise the limit of open files (ulimit -n)`;
  if (errno === 'EACCES' || errno === 'EPERM') return `this user may not (${errno}): give it the rights`;
  return errno === undefined ? message : `${message} (${errno})`;
}

/** What the operating system says, without opening the file: to close it again would release this process's locks on it. */
function errnoOf(path: string): string | undefined {
  try {
    closeSync(openSync(dirname(path), 'r'));
    if (existsSync(path)) accessSync(path, constants.R_OK | constants.W_OK);
    else accessSync(dirname(path), constants.W_OK | constants.X_OK);
    return undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code;
  }
}
