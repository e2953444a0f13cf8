import type { Api } from '../address.ts';
import { type Loose, record } from '../check.ts';
import { idOf } from '../id.ts';
import type { User } from '../resources.ts';
import { text } from '../text.ts';
import { webUrl } from '../url.ts';
import { customerIdOf, type OfCustomer } from './customers.ts';
import { type AskOptions, ask, type Id, part, post } from './fetch-by-key.ts';

/** An uploader of media. Texts are untrusted, as their authors wrote them, and empty where unknown. */
export interface ContentUser {
  id: string;
  name: string;
  username: string;
  language: string;
  /** URL of a picture of the user. */
  avatar?: string | undefined;
  /** The user's names by network: `{ instagram: 'mila' }`. */
  connections: Readonly<Record<string, string>>;
}

export interface NewUser {
  email: string;
  screenName?: string | undefined;
  avatarUrl?: string | undefined;
}

/** A user, by their id. Source: `GET /users/{user_id}`. @throws {VitrineError} `not_found` for a user that is not there */
export async function getUser(api: Api, id: Id, options: AskOptions = {}): Promise<ContentUser> {
  return readUser(await ask(api, `/users/${part(id)}`, options), 'data', api.base);
}

/**
 * A user by their name on Instagram.
 * Source: `GET /customers/{customer_id}/instagram_users/{instagram_handle}`.
 * @throws {VitrineError} `not_found` for a user that is not there
 */
export async function getInstagramUser(api: Api, handle: string, options: OfCustomer = {}): Promise<ContentUser> {
  const { customer, ...rest } = options;
  const id = await customerIdOf(api, options);
  return readUser(await ask(api, `/customers/${part(id)}/instagram_users/${part(handle)}`, rest), 'data', api.base);
}

/**
 * Creates a user who uploads. Keep the `id` for the next upload: on our own service each call creates another user, also for a
 * known e-mail address, and only the uploader knows this id. Media show another one.
 * Source: the form `users:create` of a customer (`POST /users`).
 * @throws {VitrineError}
 */
export async function createUser(api: Api, user: NewUser, options: AskOptions = {}): Promise<ContentUser> {
  const { email, screenName, avatarUrl } = user;
  const form = new URLSearchParams({
    email,
    ...(screenName && { screen_name: screenName }),
    ...(avatarUrl && { avatar_url: avatarUrl }),
  });
  return readUser(await post(api, '/users', form, options), 'data', api.base);
}

function readUser(value: unknown, field: string, base: string): ContentUser {
  const id = idOf(value, field);
  const { name, username, language, avatar_url, social_connections } = value as Loose<User>;
  const connections = Object.entries(record(social_connections)).map(([network, connection]) => [
    network,
    text(record(connection).username),
  ]);
  return {
    id,
    name: text(name),
    username: text(username),
    language: text(language),
    avatar: webUrl(avatar_url, base),
    connections: Object.fromEntries(connections),
  };
}
