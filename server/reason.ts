/** What the operator reads at three in the morning: one line, and what to do; of a mistake of ours, where it is. */
export function reasonOf(error: unknown): string {
  const { code, message, path, address, port } = error as NodeJS.ErrnoException & { address?: string; port?: number };
  if (code === 'EADDRINUSE') return `Port ${port} of ${address} is taken: end what uses it, or set PORT to another.`;
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
    return `This machine has no address ${address ?? process.env.HOST}: set HOST to 127.0.0.1 or 0.0.0.0.`;
  if (code === 'EACCES' && port)
    return `Port ${port} needs more rights than this process has: set PORT to one above 1023.`;
  if (path)
    return `${path} cannot be made or written (${code}): give it rights, or set VITRINE_DATA to another folder.`;
  const ours = code === undefined && [TypeError, ReferenceError, RangeError].some((kind) => error instanceof kind);
  return ours ? String((error as Error).stack) : message;
}
