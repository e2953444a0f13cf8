import type { Entity, User } from '../../../src/content/resources.ts';
import type { UserRecord } from '../../store/content/content-store.ts';
import type { Links } from '../links.ts';
import { entity, linked, stub } from './entity.ts';
import { userForms } from './forms.ts';

/** @param id the upload id of the user, for who has it; all others get the user's own */
export function userOf(links: Links, user: UserRecord, id: number | string = user.id): User {
  const { source, sourceId, username } = user;
  return {
    ...entity(links, pathOf(id), id),
    name: user.name,
    avatar_url: user.avatarUrl,
    language: user.language,
    username,
    social_connections: sourceId === null ? [] : { [source]: { username, source_id: sourceId } },
    _embedded: { 'media:recent': linked(links, `${pathOf(id)}/media/recent`) },
    _forms: userForms(links, id),
  };
}

/** A user as found by Instagram handle: the same, with the list of media by handle. Followers are not counted here. */
export function instagramUserOf(links: Links, user: UserRecord): User & { instagram_followers: string | null } {
  return {
    ...userOf(links, user),
    _embedded: { 'media:recent': linked(links, `${instagramPathOf(user)}/media/recent`) },
    instagram_followers: null,
  };
}

/** Where a user of Instagram is found by handle. */
export function instagramPathOf({ customerId, username }: UserRecord): string {
  return `/customers/${customerId}/instagram_users/${encodeURIComponent(username)}`;
}

export function userStub(links: Links, id: number): Entity {
  return stub(links, pathOf(id), id);
}

function pathOf(id: number | string): string {
  return `/users/${id}`;
}
