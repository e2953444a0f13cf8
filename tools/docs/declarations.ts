import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type ESTree, parseSync } from 'vite';

/** Reads the declarations of an element from the source of its class, without running it. */

/** An attribute as `src/elements/shared/attributes.ts` declares it. */
export interface DeclaredAttribute {
  attribute: string;
  property: string;
  /** How the attribute's text is read: `string`, `number`, `boolean` or `array` (of JSON). */
  reads: string;
  /** The property's type in TypeScript. */
  type: string;
  description: string;
}

export interface DeclaredMethod {
  name: string;
  parameters: { name: string; type?: string; optional: boolean }[];
  description: string;
}

/** A tag of the class's comment: `@csspart photo - Around a photo`. */
export interface Tag {
  tag: string;
  name: string;
  description: string;
}

export interface DeclaredElement {
  className: string;
  description: string;
  tags: Tag[];
  attributes: DeclaredAttribute[];
  methods: DeclaredMethod[];
}

interface Module {
  path: string;
  text: string;
  program: ESTree.Program;
  comments: { type: string; value: string; start: number; end: number }[];
}

/** @param path the module that exports the element's class */
export function readElement(path: string): DeclaredElement {
  const module = readModule(path);
  for (const statement of module.program.body) {
    const declared = statement.type === 'ExportNamedDeclaration' ? statement.declaration : undefined;
    if (declared?.type !== 'ClassDeclaration') continue;
    const comment = commentBefore(module, statement.start);
    const properties = declared.body.body.find((member) => keyOf(member) === 'properties');
    const methods = declared.body.body.filter(
      (member) => member.type === 'MethodDefinition' && member.kind === 'method' && !member.override,
    );
    return {
      className: declared.id?.name ?? '',
      ...readTags(comment),
      attributes: properties?.type === 'PropertyDefinition' ? attributesOf(module, properties.value) : [],
      methods: methods.flatMap((member) => methodOf(module, member)),
    };
  }
  throw new Error(`${path}: exports no class`);
}

function readModule(path: string): Module {
  const text = readFileSync(path, 'utf8');
  const { program, comments, errors } = parseSync(path, text);
  if (errors.length) throw new Error(`${path}: ${errors[0]?.message}`);
  return { path, text, program, comments };
}

/** The attributes of an object literal; of a name, those of the constant that it names, here or in an imported module. */
function attributesOf(module: Module, expression: ESTree.Node | null): DeclaredAttribute[] {
  if (expression?.type === 'Identifier') return attributesOf(...constantOf(module, expression.name));
  if (expression?.type !== 'ObjectExpression') return [];
  return expression.properties.flatMap((property) => {
    if (property.type === 'SpreadElement') return attributesOf(module, property.argument);
    // Lit's properties without an attribute are declared by their options alone.
    if (property.value.type !== 'TSAsExpression') return [];
    const name = keyOf(property) ?? '';
    const { expression: options, typeAnnotation } = property.value;
    const option = (wanted: string) =>
      options.type === 'ObjectExpression'
        ? options.properties.find((one) => one.type === 'Property' && keyOf(one) === wanted)
        : undefined;
    const attribute = option('attribute');
    const reads = option('type');
    return [
      {
        attribute: attribute?.type === 'Property' ? textOf(module, attribute.value).slice(1, -1) : name.toLowerCase(),
        property: name,
        reads: reads?.type === 'Property' ? textOf(module, reads.value).toLowerCase() : 'string',
        type: /^Attribute<(.*)>$/s.exec(textOf(module, typeAnnotation))?.[1] ?? '',
        description: proseOf(commentBefore(module, property.start)),
      },
    ];
  });
}

function constantOf(module: Module, name: string): [Module, ESTree.Node | null] {
  for (const statement of module.program.body) {
    if (statement.type === 'ImportDeclaration') {
      const imported = statement.specifiers.some(({ local }) => local.name === name);
      if (imported) return constantOf(readModule(join(dirname(module.path), statement.source.value)), name);
    }
    const declared = statement.type === 'ExportNamedDeclaration' ? statement.declaration : statement;
    if (declared?.type !== 'VariableDeclaration') continue;
    for (const { id, init } of declared.declarations)
      if (id.type === 'Identifier' && id.name === name) return [module, init];
  }
  throw new Error(`${module.path}: ${name} is not declared`);
}

function methodOf(module: Module, member: ESTree.ClassElement): DeclaredMethod[] {
  const name = keyOf(member);
  if (member.type !== 'MethodDefinition' || !name || member.accessibility === 'private') return [];
  const parameters = member.value.params.map((parameter) => {
    const target = parameter.type === 'AssignmentPattern' ? parameter.left : parameter;
    const type =
      'typeAnnotation' in target && target.typeAnnotation ? textOf(module, target.typeAnnotation) : undefined;
    return {
      // A destructured parameter has no name of its own.
      name: target.type === 'Identifier' ? target.name : 'options',
      ...(type && { type: type.replace(/^:\s*/, '') }),
      optional: parameter.type === 'AssignmentPattern',
    };
  });
  return [{ name, parameters, description: proseOf(commentBefore(module, member.start)) }];
}

/** The name of a member, unless it is private or computed. */
function keyOf(node: object): string | undefined {
  const { key, computed } = node as { key?: { type: string; name: string }; computed?: boolean };
  return key?.type === 'Identifier' && !computed ? key.name : undefined;
}

function textOf({ text }: Module, { start, end }: { start: number; end: number }): string {
  return text.slice(start, end);
}

/** The lines of the JSDoc comment before a position, without their asterisks. */
function commentBefore({ comments, text }: Module, position: number): string[] {
  const comment = comments.findLast(({ end }) => end <= position);
  if (!comment?.value.startsWith('*') || text.slice(comment.end, position).trim()) return [];
  return comment.value
    .slice(1)
    .split('\n')
    .map((line) => line.replace(/^\s*\* ?/, '').trim());
}

function proseOf(lines: readonly string[]): string {
  return lines
    .join('\n')
    .trim()
    .replace(/(?<!\n)\n(?!\n)/g, ' ');
}

function readTags(lines: readonly string[]): { description: string; tags: Tag[] } {
  const starts = lines.flatMap((line, at) => (line.startsWith('@') ? [at] : []));
  const tagged = starts.map((start, at) => lines.slice(start, starts[at + 1]));
  const tags = tagged.map((part) => {
    const [, tag = '', name = '', text = ''] = /^@(\w+) (\[[^\]]*\]|\S+)(?: - (.*))?$/s.exec(proseOf(part)) ?? [];
    return { tag, name, description: text };
  });
  return { description: proseOf(lines.slice(0, starts[0])), tags };
}
