import type { Entity, User } from '../../../src/content/resources.ts';
import type { UserRecord } from '../../store/content/content-store.ts';
import type { Links } from '../paging/links.ts';
import { entity, linked, stub } from './entity.ts';
import { userForms } from './forms.ts';

/** @param id the upload id, for the visitor who created the user; by default the user's own id */
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

/** The sources whose users are found there by the `username` of their record. */
const NETWORKS = ['instagram', 'twitter', 'facebook', 'pinterest', 'tiktok', 'youtube'];

/** An import has the name of a user but no id at the source. Clients credit the photographer by the name. */
function connectionsOf({ source, sourceId, username }: UserRecord): User['social_connections'] {
  return sourceId === null && !NETWORKS.includes(source) ? [] : { [source]: { username, source_id: sourceId } };
}

/** A user found by Instagram handle: its list of media is by handle, and the number of followers is unknown. */
export function instagramUserOf(links: Links, user: UserRecord): User & { instagram_followers: string | null } {
  return {
    ...userOf(links, user),
    _embedded: { 'media:recent': linked(links, `${instagramPathOf(user)}/media/recent`) },
    instagram_followers: null,
  };
}

/** The path of an Instagram user by handle. */
export function instagramPathOf({ customerId, username }: UserRecord): string {
  return `/customers/${customerId}/instagram_users/${encodeURIComponent(username)}`;
}

export function userStub(links: Links, id: number): Entity {
  return stub(links, pathOf(id), id);
}

function pathOf(id: number | string): string {
  return `/users/${id}`;
}
