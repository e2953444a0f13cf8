import { inCell } from './cell.ts';
import type { Endpoint } from './endpoints.ts';
import type { Mark } from './marks.ts';

/** The place of the endpoints in the template. */
const PLACE = '<!-- endpoints -->';

/** Why the document would not be true. Each row needs a test that passed, and each mark an endpoint and its parameter. */
export function problemsOf(endpoints: readonly Endpoint[], marks: readonly Mark[]): string[] {
  const unshown = endpoints.flatMap(({ name, parameters }) =>
    parameters
      .filter((parameter) => testsOf(marks, name, parameter.name).length === 0)
      .map((parameter) => `No test that passed shows what ${parameter.name} does in ${name}.`),
  );
  const known = new Map(endpoints.map(({ name, parameters }) => [name, parameters.map((one) => one.name)]));
  const withoutRow = marks.flatMap(({ endpoint, parameter, test, file }) => {
    const parameters = known.get(endpoint);
    if (!parameters) return `${file}: "${test}" shows ${endpoint}, which is no endpoint.`;
    return parameters.includes(parameter)
      ? []
      : `${file}: "${test}" shows ${parameter}, which is no parameter of ${endpoint}.`;
  });
  return [...unshown, ...new Set(withoutRow)];
}

/**
 * The document: the template with a table for each endpoint, under a heading for each tag.
 * @param folder the path from the document to the root of the project
 */
export function writeDocument(
  template: string,
  endpoints: readonly Endpoint[],
  marks: readonly Mark[],
  folder = '..',
): string {
  const tags = [...new Set(endpoints.map(({ tag }) => tag))];
  const sections = tags.map((tag) => {
    const own = endpoints.filter((endpoint) => endpoint.tag === tag);
    const tables = own.map(({ name, summary, parameters }) => {
      const rows = parameters.map((one) => {
        const tests = testsOf(marks, name, one.name).map(
          ({ test, file }) => `[${inCell(test)}](${folder}/${encodeURI(file)})`,
        );
        return `| \`${one.name}\` | ${one.in} | ${inCell(one.description)} | ${tests.join('<br>') || '—'} |`;
      });
      const head = ['| parameter | in | what it does | shown by |', '| --- | --- | --- | --- |'];
      return [`### \`${name}\``, '', `${summary}.`, '', ...head, ...rows].join('\n');
    });
    return [`## ${tag.replace(/^./, (first) => first.toUpperCase())}`, ...tables].join('\n\n');
  });
  return template.replace(PLACE, () => sections.join('\n\n'));
}

/** The tests that passed, each name once: a table of cases may report a name many times. */
function testsOf(marks: readonly Mark[], endpoint: string, parameter: string): Mark[] {
  const own = marks.filter((mark) => mark.passed && mark.endpoint === endpoint && mark.parameter === parameter);
  return [...new Map(own.map((mark) => [`${mark.file} ${mark.test}`, mark])).values()];
}
