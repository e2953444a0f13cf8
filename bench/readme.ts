import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const README = fileURLToPath(new URL('../README.md', import.meta.url));

/** Replaces what stands between `<!-- NAME -->` and `<!-- /NAME -->` in the README: its figures come from a run. */
export async function writeToReadme(name: string, text: string): Promise<void> {
  const readme = await readFile(README, 'utf8');
  const block = new RegExp(`(<!-- ${name} -->)[^]*?(<!-- /${name} -->)`);
  if (!block.test(readme)) throw new Error(`README.md has no <!-- ${name} --> block.`);
  await writeFile(
    README,
    readme.replace(block, (_, start, end) => `${start}\n${text}\n${end}`),
  );
}

/** A Markdown table; every column but the first is aligned to the right. */
export function table(head: string[], rows: (string | number)[][]): string {
  const line = (cells: (string | number)[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map((_, i) => (i ? '--:' : '---'))), ...rows.map(line)].join('\n');
}
