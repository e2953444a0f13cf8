import type { ProductAction } from '../../../../src/events/vocabulary.ts';
import { EVENT_TYPES } from '../../../../src/wires/product-events/event-types.ts';
import type { ContentReader } from '../../../store/content/content-store.ts';
import type { ProductRow } from '../../../store/events/reading/product-events.ts';

/** An event as clients read it. A member without a value is left out, except for pages, which are null. */
export interface ProductEventAnswer {
  id: string;
  eventType: string;
  eventMetadata: object;
  orgId: string;
  assetId?: string;
  /** The name of the stream whose key is the asset's id, where there is one. */
  assetName?: string;
  assetMetadata?: object;
  configId?: string;
  configuration: object;
  userId?: string;
  sessionId?: string;
  metric: number;
  /** The User-Agent. */
  device: string;
  referer: string;
  requestUrl: string | null;
  requestOrigin: string | null;
  createdAt: string;
}

/** The `props` of a product event's row, see `rowOf`. */
interface ProductProps {
  session?: string;
  product?: string;
  configurationId?: string;
  configuration?: object;
  metadata?: object;
  metric?: number;
  userId?: string;
}

export type Assets = Pick<ContentReader, 'streamByKey'>;

export async function productEvent(customerId: number, row: ProductRow, assets: Assets): Promise<ProductEventAnswer> {
  const { session, product, configurationId, configuration, metadata, metric, userId } = (row.props ??
    {}) as ProductProps;
  const asset = product === undefined ? undefined : await assets.streamByKey(customerId, product);
  return {
    id: row.id,
    eventType: EVENT_TYPES[row.action as ProductAction],
    eventMetadata: metadata ?? {},
    orgId: String(customerId),
    ...(product !== undefined && { assetId: product }),
    ...(asset && { assetName: asset.name, assetMetadata: {} }),
    ...(configurationId !== undefined && { configId: configurationId }),
    configuration: configuration ?? {},
    ...(userId !== undefined && { userId }),
    ...(session !== undefined && { sessionId: session }),
    metric: metric ?? 1,
    device: row.userAgent ?? '',
    referer: row.pageUrl ?? '',
    requestUrl: row.pageUrl ?? null,
    requestOrigin: originOf(row.pageUrl),
    createdAt: new Date(row.occurredAt).toISOString(),
  };
}

function originOf(url: string | undefined): string | null {
  return url !== undefined && URL.canParse(url) ? new URL(url).origin : null;
}

export const EVENT_EXAMPLE: ProductEventAnswer = {
  id: '01941f29-7c00-7000-8000-000000000001',
  eventType: EVENT_TYPES.ar_offered,
  eventMetadata: { placement: 'gallery' },
  orgId: '1',
  assetId: 'mug-01',
  assetName: 'Enamel mug',
  assetMetadata: {},
  configuration: { color: 'blue' },
  sessionId: '553eedf9-a42e-465e-a833-894109ec21ac',
  metric: 1,
  device: 'Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0',
  referer: 'https://shop.example/mugs/01',
  requestUrl: 'https://shop.example/mugs/01',
  requestOrigin: 'https://shop.example',
  createdAt: '2026-01-01T00:00:00.000Z',
};
