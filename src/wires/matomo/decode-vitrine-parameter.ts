import { LIMITS } from '../../events/limits.ts';
import { jsonProblem } from '../../events/problems.ts';
import { problemOf } from '../../events/validate.ts';
import type { IncomingEvent, Scope, Segment, VitrineEvent, Without } from '../../events/vocabulary.ts';
import { cut, defined, readJson, string } from './query.ts';

/** An event without its id, time, page and visitor. */
export type Act = Without<IncomingEvent, 'id' | 'at' | 'pageUrl' | 'pageReferrer' | 'analyticsId'>;

/** Reads the parameter `vitrine`: an act as our encoder writes it, in JSON. A malformed one is as if it were absent. */
export function readVitrineParameter(text: string | undefined): Record<string, unknown> | undefined {
  const said = readJson(text);
  return said === undefined || jsonProblem('vitrine', said) ? undefined : (said as Record<string, unknown>);
}

/**
 * The act in the parameter `vitrine`; `undefined` where it has no valid act, as in an order.
 * @param piece the parameter `c_p`: the picture's URL, or the id of a media whose picture has none
 */
export function actIn(said: Record<string, unknown>, segments: Segment[], piece = ''): Act | undefined {
  const act = readActIn(said, segments, piece);
  return act && !problemOf(act as VitrineEvent) ? act : undefined;
}

function readActIn(said: Record<string, unknown>, segments: Segment[], piece: string): Act | undefined {
  const { kind } = said;
  const action = string(said.action) as never;
  if (kind === 'vital') return { kind, name: string(said.name) as never, value: number(said.value) ?? Number.NaN };
  if (kind === 'widget' || kind === 'media') {
    const onWidget = {
      action,
      instance: string(said.instance),
      label: cut(string(said.label), LIMITS.text) || undefined,
      scope: scopeOf(said.scope),
      pics: number(said.pics) ?? Number.NaN,
      abTesting: number(said.abTesting),
      segments,
    };
    if (kind === 'widget') return defined({ kind, ...onWidget });
    const media = string(said.media);
    return defined({
      kind,
      ...onWidget,
      media,
      image: piece === media ? undefined : cut(piece, LIMITS.url) || undefined,
      redirectUrl: optional(said.redirectUrl),
    });
  }
  if (kind !== 'product') return;
  return defined({
    kind,
    action,
    session: string(said.session),
    product: optional(said.product),
    configurationId: optional(said.configurationId),
    configuration: said.configuration as undefined,
    metric: number(said.metric),
    metadata: said.metadata as undefined,
    segments,
  });
}

function scopeOf(value: unknown): Scope {
  const { kind, id } = (value ?? {}) as Record<string, unknown>;
  if (kind === 'best' || kind === 'not_found') return { kind };
  // `problemOf` refuses an empty id.
  return { kind: kind === 'stream' ? 'stream' : 'category', id: string(id) };
}

function optional(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function number(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}
