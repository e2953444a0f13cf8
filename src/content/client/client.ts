import type { Api } from '../address.ts';
import { categoriesOfCustomer, categoriesOfMedia, categoriesOfStream, getCategory } from './categories.ts';
import { getCustomer } from './customers.ts';
import {
  getMedia,
  mediaOfCategory,
  mediaOfCustomer,
  mediaOfInstagramUser,
  mediaOfStream,
  mediaOfUser,
  reportMedia,
} from './media.ts';
import { getStream, streamsOfCategory, streamsOfCustomer, streamsOfMedia } from './streams.ts';
import { createUpload, stashFile, uploadStashed } from './uploads.ts';
import { createUser, getInstagramUser, getUser } from './users.ts';
import { getStyle, getWidget, stylesOfCustomer, widgetsOfCustomer } from './widgets.ts';

/** The endpoints of the content API. Each is a function that takes the API first. */
const ENDPOINTS = {
  getCustomer,
  getMedia,
  mediaOfCustomer,
  mediaOfCategory,
  mediaOfStream,
  mediaOfUser,
  mediaOfInstagramUser,
  reportMedia,
  getStream,
  streamsOfCustomer,
  streamsOfCategory,
  streamsOfMedia,
  getCategory,
  categoriesOfCustomer,
  categoriesOfStream,
  categoriesOfMedia,
  getUser,
  getInstagramUser,
  createUser,
  createUpload,
  stashFile,
  uploadStashed,
  getWidget,
  widgetsOfCustomer,
  getStyle,
  stylesOfCustomer,
};

// Editors show the documentation of a module's function, but not of a property of the object above.
type Modules = typeof import('./categories.ts') &
  typeof import('./customers.ts') &
  typeof import('./media.ts') &
  typeof import('./streams.ts') &
  typeof import('./uploads.ts') &
  typeof import('./users.ts') &
  typeof import('./widgets.ts');
type Endpoints = Pick<Modules, keyof typeof ENDPOINTS>;

/** The endpoints, each without its first parameter. */
export type ContentClient = {
  readonly [K in keyof Endpoints]: Endpoints[K] extends (api: Api, ...rest: infer R) => infer A
    ? (...rest: R) => A
    : never;
};

/**
 * A client with all endpoints of the content API. To save bytes, import the functions themselves: they take `{ base, key }`
 * first, and a bundler leaves out those that are not used.
 * @param options.api absolute URL of the service, with or without a trailing slash
 * @param options.key a public token in pages; a private one reads without being cached
 */
export function createContentClient(options: { api: string; key: string }): ContentClient {
  const where: Api = { base: options.api, key: options.key };
  const bound = Object.entries(ENDPOINTS).map(([name, endpoint]) => [
    name,
    (endpoint as (...all: unknown[]) => unknown).bind(null, where),
  ]);
  return Object.fromEntries(bound);
}
