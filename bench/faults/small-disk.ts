import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, statfs, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A place for a data folder that can be made full, and given room again. */
export interface SmallDisk {
  /** What it is, for whoever reads the result. */
  kind: string;
  folder: string;
  fill(pid: number): Promise<void>;
  free(pid: number): Promise<void>;
  remove(): Promise<void>;
}

const MEGABYTES = 48;

/** A file system of its own where this may be mounted; else a limit to how large the process's files may be. */
export async function openSmallDisk(): Promise<SmallDisk> {
  const folder = await mkdtemp(join(tmpdir(), 'vitrine-disk-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${MEGABYTES}m`, 'vitrine-faults', folder], { stdio: 'ignore' });
  } catch {
    return limitedFiles(folder);
  }
  const ballast = join(folder, 'ballast');
  return {
    kind: `a file system of ${MEGABYTES} MB`,
    folder,
    async fill() {
      const { bavail, bsize } = await statfs(folder);
      // What is written meanwhile may take the last pages first; the disk is full either way.
      await writeFile(ballast, Buffer.alloc(bavail * bsize)).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'ENOSPC') throw error;
      });
    },
    free: () => rm(ballast),
    async remove() {
      execFileSync('umount', [folder]);
      await rm(folder, { recursive: true });
    },
  };
}

/** Node ignores SIGXFSZ, so a write past the limit fails as one on a broken disk does. */
function limitedFiles(folder: string): SmallDisk {
  const limit = (pid: number, most: string) => execFileSync('prlimit', ['--pid', `${pid}`, `--fsize=${most}:`]);
  return {
    kind: 'no file system could be mounted here, so files limited to 4 KB (RLIMIT_FSIZE)',
    folder,
    fill: async (pid) => void limit(pid, '4096'),
    free: async (pid) => void limit(pid, 'unlimited'),
    remove: () => rm(folder, { recursive: true }),
  };
}
