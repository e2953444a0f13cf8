import Type, { type Static, type TSchema } from 'typebox';

/** A text in the body of a request. */
export const Text = (description: string) => Type.String({ maxLength: 2048, description });

/** The type of a schema. The command line gives its missing options as undefined. */
export type Input<Schema extends TSchema> = AllowUndefined<Static<Schema>>;

type AllowUndefined<T> = { [K in keyof T]: Record<never, never> extends Pick<T, K> ? T[K] | undefined : T[K] };
