import type { Fields } from '../../src/wires/wire.ts';
import { inCell } from './cell.ts';
import type { Reading } from './marks.ts';

/** The wires by name, each with the fields of its requests. */
export type FieldsOfWires = Readonly<Record<string, Fields>>;

/** Why the document would not be true. Each row needs a test that passed, and each mark a row. */
export function problemsOf(wires: FieldsOfWires, readings: readonly Reading[]): string[] {
  const unshown = Object.entries(wires).flatMap(([wire, fields]) =>
    rowsOf(fields)
      .filter(([request, field]) => testsOf(readings, wire, request, field).length === 0)
      .map(([request, field]) => `No test that passed shows what ${wire} makes of ${field} in ${request}.`),
  );
  const known = new Set(
    Object.entries(wires).flatMap(([wire, fields]) =>
      rowsOf(fields).map(([request, field]) => JSON.stringify([wire, request, field])),
    ),
  );
  const withoutRow = readings
    .filter(({ wire, request, field }) => !known.has(JSON.stringify([wire, request, field])))
    .map(
      ({ wire, request, field, test, file }) =>
        `${file}: "${test}" shows what ${wire} makes of ${field} in ${request}, which has no row.`,
    );
  return [...unshown, ...new Set(withoutRow)];
}

/**
 * A table for each request of a wire, under its heading.
 * @param folder the path from the document to the root of the project
 */
export function writeTables(wire: string, fields: Fields, readings: readonly Reading[], folder: string): string[] {
  return Object.entries(fields).map(([request, made]) => {
    const rows = Object.entries(made).map(([field, what]) => {
      const tests = testsOf(readings, wire, request, field).map(
        ({ test, file }) => `[${inCell(test)}](${folder}/${encodeURI(file)})`,
      );
      return `| ${inCell(`\`${field}\``)} | ${inCell(what)} | ${tests.join('<br>') || '—'} |`;
    });
    const head = ['| field | what our service makes of it | shown by |', '| --- | --- | --- |'];
    return [`### \`${request}\``, '', ...head, ...rows].join('\n');
  });
}

function rowsOf(fields: Fields): [request: string, field: string][] {
  return Object.entries(fields).flatMap(([request, made]) =>
    Object.keys(made).map((field): [string, string] => [request, field]),
  );
}

/** The tests that passed, each name once: a table of cases may report a name many times. */
function testsOf(readings: readonly Reading[], wire: string, request: string, field: string): Reading[] {
  const own = readings.filter(
    (one) => one.passed && one.wire === wire && one.request === request && one.field === field,
  );
  return [...new Map(own.map((one) => [`${one.file} ${one.test}`, one])).values()];
}
