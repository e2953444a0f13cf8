import { DIRECTIONS, type Direction } from '../../src/wires/testing/proven.ts';
import type { Coverage, KindCoverage } from '../../src/wires/wire.ts';
import { inCell } from './cell.ts';
import * as ofFields from './fields.ts';
import type { Proof, Reading } from './marks.ts';

/** Where in the template the tables stand. */
const PLACE = '<!-- wires -->';

const SAID: Record<Direction, string> = { encode: 'written', decode: 'read' };

/** The wires by name, each with its table. */
export type Wires = Readonly<Record<string, Coverage>>;

/** What is known of the wires, and the tests that say so. */
export interface Known {
  wires: Wires;
  proofs: readonly Proof[];
  fields: ofFields.FieldsOfWires;
  readings: readonly Reading[];
}

/**
 * Why the document would not be true: each kind that a wire carries needs a test that passed, for each direction, and
 * so does each field that our service reads.
 */
export function problemsOf({ wires, proofs, fields, readings }: Known): string[] {
  const unproven = Object.entries(wires).flatMap(([wire, carries]) =>
    rowsOf(carries).flatMap(([kind, carried]) =>
      directionsOf(carried)
        .filter((direction) => testsOf(proofs, wire, kind, direction).length === 0)
        .map((direction) => `No test that passed proves that ${kind} is ${SAID[direction]} by ${wire}.`),
    ),
  );
  const astray = proofs.flatMap(({ wire, kind, direction, test, file }) => {
    const carried = wires[wire]?.[kind as keyof Coverage];
    return carried && directionsOf(carried).includes(direction)
      ? []
      : `${file}: "${test}" proves that ${kind} is ${SAID[direction]} by ${wire}, whose table says otherwise.`;
  });
  return [...unproven, ...new Set(astray), ...ofFields.problemsOf(fields, readings)];
}

/**
 * The document: the template with a table of which wire carries what, and for each wire a table of how it carries that
 * and one for each of its requests.
 * @param folder the way from the document to the root of the project
 */
export function writeDocument(template: string, { wires, proofs, fields, readings }: Known, folder = '..'): string {
  const names = Object.keys(wires);
  const kinds = Object.keys(Object.values(wires)[0] ?? {}) as (keyof Coverage)[];
  const overview = [
    `| kind | ${names.map((name) => `[${name}](#${name})`).join(' | ')} |`,
    `| --- |${' --- |'.repeat(names.length)}`,
    ...kinds.map(
      (kind) => `| \`${kind}\` | ${names.map((name) => briefly(wires[name]?.[kind] ?? null)).join(' | ')} |`,
    ),
  ].join('\n');
  const sections = Object.entries(wires).map(([wire, carries]) => {
    const rows = rowsOf(carries).map(([kind, carried]) => {
      const tests = new Map(
        directionsOf(carried).flatMap((direction) =>
          testsOf(proofs, wire, kind, direction).map(({ test, file }) => [
            `${file} ${test}`,
            `[${inCell(test)}](${folder}/${encodeURI(file)})`,
          ]),
        ),
      );
      const lost = Object.entries(carried.loses ?? {}).map(([field, what]) => `\`${field}\`: ${inCell(what ?? '')}`);
      const cells = [
        `\`${kind}\``,
        inCell(carried.as),
        directionsOf(carried)
          .map((direction) => SAID[direction])
          .join(', '),
        lost.join('<br>') || 'nothing',
        [...tests.values()].join('<br>') || '—',
      ];
      return `| ${cells.join(' | ')} |`;
    });
    const head = [
      '| kind | what it is there | direction | what is lost | proven by |',
      '| --- | --- | --- | --- | --- |',
    ];
    const table = [`## ${wire}`, '', ...head, ...rows].join('\n');
    return [table, ...ofFields.writeTables(wire, fields[wire] ?? {}, readings, folder)].join('\n\n');
  });
  return template.replace(PLACE, () => [overview, ...sections].join('\n\n'));
}

function rowsOf(carries: Coverage): [kind: string, carried: KindCoverage][] {
  return Object.entries(carries).flatMap(([kind, carried]) => (carried ? [[kind, carried as KindCoverage]] : []));
}

function directionsOf({ only }: KindCoverage): readonly Direction[] {
  return only ? [only] : DIRECTIONS;
}

function briefly(carried: KindCoverage | null): string {
  if (!carried) return '—';
  const lost = Object.keys(carried.loses ?? {}).length;
  const [one, other] = directionsOf(carried);
  return `${other ? 'both ways' : `${SAID[one as Direction]} only`}${lost ? ', in part' : ''}`;
}

/** Tests of one name are one: a table of cases may write it many times. */
function testsOf(proofs: readonly Proof[], wire: string, kind: string, direction: Direction): Proof[] {
  return proofs.filter(
    (proof) => proof.passed && proof.wire === wire && proof.kind === kind && proof.direction === direction,
  );
}
