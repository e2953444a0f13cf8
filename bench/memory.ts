import { readFile } from 'node:fs/promises';

/** What a process holds of memory without mapped files, in MB; where the system does not say, nothing. */
export async function anonymousMemory(pid: number): Promise<number | undefined> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const kilobytes = /^RssAnon:\s+(\d+) kB$/m.exec(status)?.[1];
  return kilobytes === undefined ? undefined : Number(kilobytes) / 1024;
}
