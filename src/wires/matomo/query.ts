/** The parameters of one request by name. Of several with the same name, the last one counts. */
export type Parameters = ReadonlyMap<string, string>;

/** Parameters of one request. A request with more is refused. The protocol's servers read as many. */
const MAX_PARAMETERS = 1000;
const TOO_MANY = { status: 400, detail: `parameters: at most ${MAX_PARAMETERS}` } as const;

/** Each digit matches in one way only, so that a million digits take no exponential time. */
const NUMBER = /^-?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i;

/** Reads a query string or a form. Text that is not UTF-8 is read in the charset that `cs` names. */
export function parseQuery(query: string): Parameters | { status: 400; detail: string } {
  const charset = /(?:^|&)cs=([\w-]{1,40})(?:&|$)/.exec(query)?.[1];
  const pairs = query.split('&').filter((pair) => pair !== '');
  if (pairs.length > MAX_PARAMETERS) return TOO_MANY;
  const found = new Map<string, string>();
  for (const pair of pairs) {
    const equals = pair.indexOf('=');
    const name = decodeText(equals < 0 ? pair : pair.slice(0, equals), charset);
    const value = decodeText(equals < 0 ? '' : pair.slice(equals + 1), charset);
    if (name === undefined || value === undefined || value.includes('\0'))
      return { status: 400, detail: `${pair.slice(0, 40)}: is not percent-encoded text` };
    found.set(name, value);
  }
  return found;
}

/** Reads the object that the log importer sends in place of a query string. */
export function parametersOf(object: object): Parameters | { status: 400; detail: string } {
  const members = Object.entries(object);
  if (members.length > MAX_PARAMETERS) return TOO_MANY;
  const found = new Map<string, string>();
  for (const [name, value] of members) {
    const text = typeof value === 'object' && value !== null ? writeJson(value) : String(value ?? '');
    if (text.includes('\0')) return { status: 400, detail: `${name.slice(0, 40)}: contains a NUL character` };
    found.set(name, text.toWellFormed());
  }
  return found;
}

function writeJson(value: object): string {
  try {
    return JSON.stringify(value);
  } catch {
    // The object is too deep for the stack, which no parameter is.
    return '';
  }
}

function decodeText(text: string, charset: string | undefined): string | undefined {
  const spaced = text.replaceAll('+', ' ');
  if (!spaced.includes('%')) return spaced.toWellFormed();
  try {
    // A percent sign before anything else stands for itself, as the protocol's servers read it.
    return decodeURIComponent(spaced.replace(/%(?![\da-f]{2})/gi, '%25'));
  } catch {
    return charset === undefined ? undefined : decodeBytes(spaced, charset);
  }
}

function decodeBytes(text: string, charset: string): string | undefined {
  try {
    const bytes: number[] = [];
    for (let i = 0; i < text.length; i++) {
      const hex = text[i] === '%' && /^[0-9a-f]{2}$/i.test(text.slice(i + 1, i + 3));
      if (hex) bytes.push(Number.parseInt(text.slice(i + 1, i + 3), 16));
      else if (text.charCodeAt(i) < 128) bytes.push(text.charCodeAt(i));
      else return;
      if (hex) i += 2;
    }
    return new TextDecoder(charset, { fatal: true }).decode(Uint8Array.from(bytes));
  } catch {
    return;
  }
}

/** Readers of parameters by name. A text that is too long is cut, as the protocol's servers do. */
export function valuesOf(parameters: Parameters) {
  return {
    has: (name: string) => Boolean(parameters.get(name)),
    text: (name: string, max: number) => cut(parameters.get(name) ?? '', max) || undefined,
    number: (name: string) => numberIn(parameters.get(name) ?? ''),
  };
}
export type Values = ReturnType<typeof valuesOf>;

/** The decimal number in a text; `undefined` where the text is no number, or one that is not finite. */
export function numberIn(text: string): number | undefined {
  const value = NUMBER.test(text) ? Number(text) : Number.NaN;
  return Number.isFinite(value) ? value : undefined;
}

/** The first `max` characters of a text. */
export function cut(text: string, max: number): string {
  return text.length > max ? text.slice(0, max).toWellFormed() : text;
}

/** The JSON in a parameter; `undefined` where it is malformed. */
export function readJson(text: string | undefined): unknown {
  try {
    return text ? JSON.parse(text) : undefined;
  } catch {
    return;
  }
}

type Defined<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};

/** The object without its members that are `undefined`. */
export function defined<const T extends object>(object: T): Defined<T> {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as Defined<T>;
}

/** The value if it is a text, else an empty text. */
export function string(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
