import type { Form } from '../../../src/content/resources.ts';
import type { Links } from '../paging/links.ts';

/** The forms in the `_forms` of entities: further requests that a client can make. */

export function customerForms(links: Links, id: number): Record<string, Form> {
  return {
    'streams:search': form('Search a stream by its key', links.action(`/customers/${id}/streams/search`), 'GET', [
      field('text', 'Product ID', 'tag_key'),
    ]),
    'categories:search': form(
      'Search a category by its key',
      links.action(`/customers/${id}/categories/search`),
      'GET',
      [field('text', 'Tag', 'tag_key')],
    ),
    'stashes:create': form('Stash a file', links.action('/stashes'), 'POST', [field('file', 'File', 'file')]),
    'users:create': form('Create a user', links.action('/users'), 'POST', [
      field('text', 'Email', 'email'),
      field('text', 'Screen name', 'screen_name'),
      field('text', 'Avatar URL', 'avatar_url'),
    ]),
  };
}

export function mediaForms(links: Links, id: number): Record<string, Form> {
  return {
    report: form('Report this media', links.action(`/media/${id}/reports`), 'POST', [
      field('email', 'Email', 'email'),
      field('short-text', 'Reason', 'reason'),
      { ...field('submit', 'Report', 'submit'), value: 'Report' },
    ]),
  };
}

export function userForms(links: Links, id: number | string): Record<string, Form> {
  return {
    'media:upload': form('Upload media', links.action(`/users/${id}/media`), 'POST', [
      field('text', 'Caption', 'caption'),
      field('text', 'URL', 'url'),
    ]),
  };
}

function form(title: string, action: Form['action'], method: Form['method'], fields: Form['fields']): Form {
  return { title, action, method, fields };
}

function field(type: string, prompt: string, name: string): Form['fields'][number] {
  return { type, prompt, name, value: '', placeholder: '' };
}
