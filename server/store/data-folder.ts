import { chmodSync, existsSync, lstatSync, mkdirSync, readdirSync, realpathSync } from 'node:fs';
import { join } from 'node:path';

/** The permissions of others than the owner, which nothing of ours has. */
const OWNER_ONLY = 0o077;

/** What is ours in a data folder: the databases with their logs, the lock, the demo's keys, and the folders of files. */
const OURS =
  /^(?:(?:content|events)\.db|service\.lock)(?:-wal|-shm|-journal)?$|^demo\.json(?:\.part)?$|^(?:media|pending|rejected|uploads)$/;
/** What a file system puts into its top folder. */
const OF_A_DISK = 'lost+found';

/**
 * Makes the data folder where there is none, and keeps it from other users of the machine (`keepPrivate`). To be called
 * before anything in the folder is opened.
 */
export function openDataFolder(data: string): void {
  process.umask(OWNER_ONLY);
  mkdirSync(data, { recursive: true });
  keepPrivate(data);
}

/**
 * From now on, all that this process makes is its user's alone: the databases hold secrets, and `media` what is not shown.
 * What an earlier version left readable in a data folder is tightened. The files in `media` are not looked at one by one,
 * since nobody enters the folder above them. A folder that holds other things, too, stays as it is, and what is ours in
 * it is tightened.
 * @param warn told what cannot be tightened, which keeps nobody from working
 */
export function keepPrivate(data: string, warn: (message: string) => void = console.error): void {
  process.umask(OWNER_ONLY);
  if (!existsSync(data)) return;
  const names = readdirSync(data);
  const ours = names.filter((name) => OURS.test(name));
  for (const name of ours) tighten(join(data, name), warn);
  const onlyOurs = names.every((name) => OURS.test(name) || name === OF_A_DISK);
  if (ours.length > 0 && onlyOurs) tighten(realpathSync(data), warn);
}

/** A symbolic link leads to something that is not ours, and stays as it is. */
function tighten(path: string, warn: (message: string) => void): void {
  const facts = lstatSync(path);
  if (!(facts.isFile() || facts.isDirectory()) || (facts.mode & OWNER_ONLY) === 0) return;
  try {
    chmodSync(path, facts.mode & 0o7777 & ~OWNER_ONLY);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    warn(
      `${path} is open to other users of this machine, and cannot be closed to them (${code}): chmod it as its owner.`,
    );
  }
}
