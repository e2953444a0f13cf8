import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';

/**
 * Five hex digits that change with these files and what is in these folders, tests apart.
 * @param root the folder that the paths are in
 */
export async function markOf(root: string, paths: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const path of paths) {
    const inside = (await stat(`${root}/${path}`)).isDirectory()
      ? await readdir(`${root}/${path}`, { recursive: true })
      : [''];
    for (const file of inside.filter((name) => !name || /(?<!\.test)\.ts$/.test(name)).sort())
      hash.update(`${path}/${file}\0`).update(await readFile(`${root}/${path}/${file}`.replace(/\/$/, '')));
  }
  return hash.digest('hex').slice(0, 5);
}
