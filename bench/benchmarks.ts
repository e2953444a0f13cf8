import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const PAGE = fileURLToPath(new URL('../docs/benchmarks.md', import.meta.url));

/** Replaces what stands between `<!-- NAME -->` and `<!-- /NAME -->` in docs/benchmarks.md by the figures of a run. */
export async function writeBenchmark(name: string, text: string): Promise<void> {
  const page = await readFile(PAGE, 'utf8');
  const block = new RegExp(`(<!-- ${name} -->)[^]*?(<!-- /${name} -->)`);
  if (!block.test(page)) throw new Error(`docs/benchmarks.md has no <!-- ${name} --> block.`);
  await writeFile(
    PAGE,
    page.replace(block, (_, start, end) => `${start}\n${text}\n${end}`),
  );
}

/** A Markdown table; every column but the first is aligned to the right. */
export function table(head: string[], rows: (string | number)[][]): string {
  const line = (cells: (string | number)[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map((_, i) => (i ? '--:' : '---'))), ...rows.map(line)].join('\n');
}
