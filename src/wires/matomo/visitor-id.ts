import { instanceId } from '../../events/id.ts';

/** The protocol's id of a visitor: 16 hex digits, always the same for the same `analytics_id`, which may be any text. */
export function visitorId(analyticsId: string): string {
  return /^[0-9a-f]{16}$/.test(analyticsId) ? analyticsId : instanceId('visitor', '', analyticsId).slice(0, 16);
}
