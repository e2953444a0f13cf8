/** The text of an error for the operator: one line with what to do, or the stack of a programming error. */
export function reasonOf(error: unknown): string {
  const {
    code = '',
    message,
    path,
    address,
    port,
  } = error as NodeJS.ErrnoException & { address?: string; port?: number };
  if (code === 'EADDRINUSE')
    return `Port ${port} of ${address} is taken: end the program that uses it, or set PORT to another.`;
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
    return `This machine has no address ${address ?? process.env.HOST}: set HOST to 127.0.0.1 or 0.0.0.0.`;
  if (code === 'EACCES' && port)
    return `Port ${port} needs more rights than this process has: set PORT to a number above 1023.`;
  const limit = LIMITS[code];
  if (limit) return `${path ? `${path} cannot be opened` : message} (${code}): ${limit}.`;
  if (path) return `${path} cannot be made or written (${code}): ${REMEDIES[code] ?? message}.`;
  const isBug = code === '' && [TypeError, ReferenceError, RangeError].some((kind) => error instanceof kind);
  return isBug ? String((error as Error).stack) : message;
}

/** The errors whose cause is a limit of the process or the machine, and not the file. */
const LIMITS: Record<string, string> = {
  EMFILE: 'this process has too many files and connections open; raise its limit (ulimit -n)',
  ENFILE: 'this machine has too many files open; end the program that opened them, or raise its limit (fs.file-max)',
  ENOMEM: 'this machine has no memory left',
};

const ELSEWHERE = 'or set VITRINE_DATA to another folder';
const NO_RIGHTS = `give this user the rights, ${ELSEWHERE}`;
const NO_ROOM = `free some space, ${ELSEWHERE}`;
const NO_FOLDER = `a file has the name of a folder; move it, ${ELSEWHERE}`;
const REMEDIES: Record<string, string> = {
  EACCES: NO_RIGHTS,
  EPERM: NO_RIGHTS,
  ENOSPC: NO_ROOM,
  EDQUOT: NO_ROOM,
  EEXIST: NO_FOLDER,
  ENOTDIR: NO_FOLDER,
  ENOENT: `its parent folder does not exist; make it, ${ELSEWHERE}`,
  EROFS: `its disk is read-only; mount it for writing, ${ELSEWHERE}`,
  EIO: `the disk fails; look into the log of the machine, ${ELSEWHERE}`,
};
