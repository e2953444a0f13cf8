import { relative } from 'node:path';
import type { Shown } from '../../server/content/shows.ts';

/** A vitest report (`--reporter=json`), as much of it as is read here. */
export interface Report {
  testResults: {
    /** Path of the file. */
    name: string;
    assertionResults: {
      ancestorTitles: string[];
      title: string;
      status: string;
      meta: { shows?: Shown };
    }[];
  }[];
}

/** That a test shows what a parameter of an endpoint does. */
export interface Mark {
  endpoint: string;
  parameter: string;
  test: string;
  /** Path from the root of the project. */
  file: string;
  passed: boolean;
}

/** The marks of all tests, by file and in the order of each file. */
export function readMarks({ testResults }: Report, root: string): Mark[] {
  const files = testResults.map((result) => ({ ...result, file: relative(root, result.name).replaceAll('\\', '/') }));
  return files
    .toSorted((a, b) => (a.file < b.file ? -1 : 1))
    .flatMap(({ file, assertionResults }) =>
      assertionResults.flatMap(({ meta, ancestorTitles, title, status }) =>
        Object.entries(meta.shows ?? {}).flatMap(([endpoint, parameters]) => {
          // Under a heading that names the endpoint, the name need not be said again.
          const test = [...ancestorTitles.filter((one) => one && one !== endpoint), title].join(' › ');
          return parameters.map((parameter) => ({ endpoint, parameter, test, file, passed: status === 'passed' }));
        }),
      ),
    );
}
