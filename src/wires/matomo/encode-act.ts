import { toJson } from '../../events/json.ts';
import { totalOf } from '../../events/products.ts';
import type { Segment, StampedEvent, WidgetEvent } from '../../events/vocabulary.ts';
import { itemsOf } from './encode-items.ts';

/** Parameters of a query string. Those that are `undefined` are left out. */
export type Parameters = Record<string, string | number | undefined>;

/** An event without its id, time, page and visitor. */
type Act<T = StampedEvent> = T extends unknown
  ? Omit<T, 'id' | 'at' | 'pageUrl' | 'pageReferrer' | 'analyticsId' | 'previousId'>
  : never;

/** The parameters of an act; `undefined` where the protocol has none for it. */
export function actParameters(act: Act): Parameters | undefined {
  switch (act.kind) {
    case 'page':
      return { action_name: act.title, gt_ms: act.loadingTime, cvar: variables(act.segments) };
    case 'widget':
      return { e_c: 'widget', e_a: act.action, e_n: widgetName(act), e_v: act.pics, ...ours(act) };
    case 'media': {
      const { image, ...rest } = act;
      return {
        c_n: widgetName(act),
        // Reports link the picture by this URL. It is long, so `vitrine` leaves it out.
        c_p: image || act.media,
        c_t: act.redirectUrl,
        // A media that is rendered is one that a shopper sees: an impression, which has no interaction.
        c_i: act.action === 'render' ? undefined : act.action,
        ...ours(rest),
      };
    }
    case 'product':
      return { e_c: 'product', e_a: act.action, e_n: act.product, e_v: act.metric, ...ours(act) };
    case 'vital':
      return { e_c: 'vital', e_a: act.name, e_v: act.value, ...ours(act) };
    case 'checkout':
    case 'cart': {
      const { products, segments, ...more } = act;
      const total = totalOf(products);
      const order = act.kind === 'checkout' && { ec_id: act.transactionId, ec_st: total };
      return {
        idgoal: 0,
        ...order,
        revenue: total,
        ec_items: toJson(itemsOf(products)),
        // A server counts conversions by the variables of the visit, not by those of the action.
        _cvar: variables(segments),
        vitrine: toJson(more),
      };
    }
    case 'goal':
      return /^[1-9]\d*$/.test(act.goal)
        ? { idgoal: act.goal, revenue: act.revenue, _cvar: variables(act.segments) }
        : undefined;
    case 'search':
      return {
        search: act.keyword,
        search_cat: act.category,
        search_count: act.count,
        cvar: variables(act.segments),
      };
    case 'content':
      return { c_n: act.name, c_p: act.piece, c_t: act.target, c_i: act.interaction, cvar: variables(act.segments) };
    case 'other':
      return { e_c: act.category, e_a: act.action, e_n: act.name, e_v: act.value, cvar: variables(act.segments) };
    case 'link':
      return { [act.action]: act.target, cvar: variables(act.segments) };
  }
}

/**
 * The name of a widget in reports: its label or the shop's own key, else the instance that the page names, else its scope.
 * An instance of 32 hex digits is no name.
 */
function widgetName({ label, instance, scope }: Pick<WidgetEvent, 'label' | 'instance' | 'scope'>): string {
  if (label) return label;
  if (!/^[0-9a-f]{32}$/.test(instance)) return instance;
  return 'id' in scope ? `${scope.kind} ${scope.id}` : scope.kind;
}

/** For an act that the protocol carries in part: the whole act for our own service, and its segments for all. */
function ours({ segments = [], ...act }: { segments?: Segment[] } & object): Parameters {
  return { cvar: variables(segments), vitrine: toJson(act) };
}

function variables(segments: readonly Segment[]): string | undefined {
  return segments.length ? toJson(Object.fromEntries(segments.map((pair, i) => [i + 1, pair]))) : undefined;
}
