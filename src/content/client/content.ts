/** What `vitrine/content` exports: the content API's client, whole or function by function. */
export type { Api } from '../address.ts';
export { VitrineError } from '../error.ts';
export {
  IMAGE_SIZES,
  type ImageSize,
  SORTINGS,
  type Sorting,
  STREAM_STATUSES,
  type StreamStatus,
} from '../resources.ts';
export {
  type ContentCategory,
  categoriesOfCustomer,
  categoriesOfMedia,
  categoriesOfStream,
  getCategory,
} from './categories.ts';
export { type ContentClient, createContentClient } from './client.ts';
export { type ContentCustomer, getCustomer, type OfCustomer } from './customers.ts';
export type { AskOptions, ByKey, Id } from './fetch-by-key.ts';
export {
  type ContentMedia,
  type EmbeddingOptions,
  getMedia,
  type MediaListOptions,
  mediaOfCategory,
  mediaOfCustomer,
  mediaOfInstagramUser,
  mediaOfStream,
  mediaOfUser,
  reportMedia,
  type SortedOptions,
} from './media.ts';
export type { ListOptions, Pages } from './pages.ts';
export {
  type ContentStream,
  type GalleryOptions,
  getStream,
  streamsOfCategory,
  streamsOfCustomer,
  streamsOfMedia,
} from './streams.ts';
export {
  createUpload,
  type SendOptions,
  stashFile,
  type Upload,
  type UploadDetails,
  uploadStashed,
} from './uploads.ts';
export { type ContentUser, createUser, getInstagramUser, getUser, type NewUser } from './users.ts';
export {
  type ContentStyle,
  type ContentWidget,
  getStyle,
  getWidget,
  stylesOfCustomer,
  widgetsOfCustomer,
} from './widgets.ts';
