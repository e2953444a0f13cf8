/** The command that runs one project of vitest and writes its report, as JSON, to a file. */
export function vitest(project: string, report: string): string[] {
  return [
    'vitest',
    'run',
    '--project',
    project,
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
  ];
}
