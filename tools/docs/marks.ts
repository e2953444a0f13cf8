import { relative } from 'node:path';
import type { Shown } from '../../server/content/testing/shows.ts';
import type { Direction, Proven, Understood } from '../../src/wires/testing/proven.ts';

/** The parts of a vitest report (`--reporter=json`) that the documents are made of. */
export interface Report {
  testResults: {
    /** Path of the file. */
    name: string;
    assertionResults: {
      ancestorTitles: string[];
      title: string;
      status: string;
      meta: { shows?: Shown; proves?: Proven; understands?: Understood };
    }[];
  }[];
}

interface Test {
  test: string;
  /** Path from the root of the project. */
  file: string;
  passed: boolean;
}

/** A test that shows what a parameter of an endpoint does. */
export interface Mark extends Test {
  endpoint: string;
  parameter: string;
}

/** A test that proves that a wire carries a kind of event. */
export interface Proof extends Test {
  wire: string;
  kind: string;
  direction: Direction;
}

/** A test that shows what our service makes of a field of a wire's request. */
export interface Reading extends Test {
  wire: string;
  request: string;
  field: string;
}

/** The marks of all tests, by file and in the order of each file. */
export function readMarks(report: Report, root: string): Mark[] {
  return testsOf(report, root).flatMap(({ meta, titles, file, passed }) =>
    Object.entries(meta.shows ?? {}).flatMap(([endpoint, parameters]) =>
      parameters.map((parameter) => ({ endpoint, parameter, test: nameUnder(endpoint, titles), file, passed })),
    ),
  );
}

/** The proofs of all tests, by file and in the order of each file. */
export function readProofs(report: Report, root: string): Proof[] {
  return testsOf(report, root).flatMap(({ meta: { proves }, titles, file, passed }) =>
    (proves?.kinds ?? []).flatMap((kind) =>
      (proves?.directions ?? []).map((direction) => ({
        ...{ wire: proves?.wire ?? '', kind, direction },
        ...{ test: titles.join(' › '), file, passed },
      })),
    ),
  );
}

/** The readings of all tests, by file and in the order of each file. */
export function readReadings(report: Report, root: string): Reading[] {
  return testsOf(report, root).flatMap(({ meta: { understands }, titles, file, passed }) =>
    (understands?.fields ?? []).map((field) => ({
      ...{ wire: understands?.wire ?? '', request: understands?.request ?? '', field },
      ...{ test: nameUnder(understands?.request, titles), file, passed },
    })),
  );
}

/** The name of a test, without the endpoint that is in the heading above it. */
function nameUnder(endpoint: string | undefined, titles: string[]): string {
  return titles.filter((one) => one !== endpoint).join(' › ');
}

function testsOf({ testResults }: Report, root: string) {
  const files = testResults.map((result) => ({ ...result, file: relative(root, result.name).replaceAll('\\', '/') }));
  return files
    .toSorted((a, b) => (a.file < b.file ? -1 : 1))
    .flatMap(({ file, assertionResults }) =>
      assertionResults.map(({ meta, ancestorTitles, title, status }) => ({
        ...{ meta, file, passed: status === 'passed' },
        titles: [...ancestorTitles.filter(Boolean), title],
      })),
    );
}
