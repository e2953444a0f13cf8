import type { Entity, User } from '../../../src/content/resources.ts';
import type { UserRecord } from '../../store/content/content-store.ts';
import type { Links } from '../paging/links.ts';
import { entity, linked, stub } from './entity.ts';
import { userForms } from './forms.ts';

/** @param id the upload id of the user, for who has it; all others get the user's own */
export function userOf(links: Links, user: UserRecord, id: number | string = user.id): User {
  return {
    ...entity(links, pathOf(id), id),
    name: user.name,
    avatar_url: user.avatarUrl,
    language: user.language,
    username: user.username,
    social_connections: connectionsOf(user),
    _embedded: { 'media:recent': linked(links, `${pathOf(id)}/media/recent`) },
    _forms: userForms(links, id),
  };
}

/** Sources whose users are known there by the name that we have of them. */
const NETWORKS = ['instagram', 'twitter', 'facebook', 'pinterest', 'tiktok', 'youtube'];

/** Imports name a user and not its id at the source; clients credit the photographer by the name. */
function connectionsOf({ source, sourceId, username }: UserRecord): User['social_connections'] {
  return sourceId === null && !NETWORKS.includes(source) ? [] : { [source]: { username, source_id: sourceId } };
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
