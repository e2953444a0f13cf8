/** What the OpenAPI document tells of a service, one operation after the other, for tests that must miss none. */

interface Parameter {
  name: string;
  in: string;
  example?: unknown;
  schema: { enum?: string[] };
}
type Paths = Record<string, Record<string, { parameters?: Parameter[]; security?: Record<string, string[]>[] }>>;

export interface Operation {
  /** As `GET /media/{media_id}`. */
  name: string;
  method: string;
  /** With its parameters filled in: nothing in it exists, except the customer. */
  path: string;
  /** The ways in which it takes a token; none where it takes none. */
  schemes: string[];
}

/** @param url of the service */
export async function operationsOf(url: string): Promise<Operation[]> {
  const { paths, security } = (await (await fetch(`${url}/docs/json`)).json()) as { paths: Paths; security: object[] };
  return Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({
      name: `${method.toUpperCase()} ${path}`,
      method: method.toUpperCase(),
      path: filled(path, operation.parameters ?? []),
      schemes: (operation.security ?? security).flatMap((one) => Object.keys(one)),
    })),
  );
}

function filled(path: string, parameters: Parameter[]): string {
  const query = parameters.filter((one) => one.in === 'query' && one.example !== undefined);
  const of = (name: string) => parameters.find((one) => one.name === name && one.in === 'path')?.schema.enum?.[0];
  const there = path.replace(/\{(\w+)\}/g, (_, name) => of(name) ?? (name === 'datamart' ? '1' : '999999'));
  const pairs = query.flatMap(({ name, example }) => [example].flat().map((one) => [name, String(one)]));
  return `${there}?${new URLSearchParams(pairs)}`;
}
