import type { LitElement, PropertyDeclaration } from 'lit';

declare const VALUE: unique symbol;

/** Lit's options of an attribute, with the type of its property. */
export interface Attribute<Value> extends PropertyDeclaration {
  readonly [VALUE]?: Value;
}

/**
 * An element's attributes by the names of their properties. This declaration is the only one: the class takes its
 * properties' types from it (`ElementWith`), and `custom-elements.json` the descriptions (`tools/docs/elements.ts`).
 */
export type Attributes = Record<string, Attribute<unknown>>;

/** The properties that belong to attributes. Lit sets `null` when an attribute is removed. */
export type PropertiesOf<Declared extends Attributes> = {
  [Name in keyof Declared]?: Declared[Name] extends Attribute<infer Value> ? Value | null : never;
};

/** The type of `LitElement` as the base of an element that has these attributes as its `static properties`. */
export type ElementWith<Declared extends Attributes> = Omit<typeof LitElement, 'prototype'> &
  (new () => LitElement & PropertiesOf<Declared>);
