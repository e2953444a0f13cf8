import { LIMITS } from '../../events/limits.ts';
import type { Segment } from '../../events/vocabulary.ts';
import { readOrder } from './decode-order.ts';
import { readDimensions, readVariables } from './decode-variables.ts';
import { type Act, actIn, readVitrineParameter } from './decode-vitrine-parameter.ts';
import { cut, defined, type Parameters, type Values, valuesOf } from './query.ts';
import { toWholeMs } from './timings.ts';

/** An act, and what the vocabulary has no field for. */
interface ReadAct {
  act: Act;
  more: Record<string, unknown>;
}

/**
 * Reads what happened.
 * @param currency the customer's, for an order that names none
 */
export function readAct(parameters: Parameters, currency: string): ReadAct {
  const said = valuesOf(parameters);
  const { segments, others } = readVariables(parameters);
  const variables = {
    custom_variables: others.length ? others : undefined,
    dimensions: readDimensions(parameters),
  };
  const vitrine = readVitrineParameter(parameters.get('vitrine'));
  const whole = vitrine && actIn(vitrine, segments, parameters.get('c_p'));
  if (whole) return { act: whole, more: variables };

  const goal = parameters.get('idgoal');
  if (goal === '0') {
    const { act, more } = readOrder(parameters, segments, currency, vitrine);
    return { act, more: { ...more, ...variables } };
  }
  const act = readPlain(said, goal, segments);
  return { act, more: { ...(act.kind === 'page' && readTimings(said)), ...variables } };
}

/** Reads an act of the protocol's own, in the order in which the protocol's servers look for them. */
function readPlain(said: Values, goal: string | undefined, segments: Segment[]): Act {
  const { text, number } = said;
  if (goal) return defined({ kind: 'goal', goal: cut(goal, LIMITS.id), revenue: number('revenue'), segments });
  for (const action of ['link', 'download'] as const) {
    const target = text(action, LIMITS.url);
    if (target) return { kind: 'link', action, target, segments };
  }
  const keyword = text('search', LIMITS.text);
  if (keyword) {
    const count = number('search_count');
    const found = count !== undefined && Number.isInteger(count) && count >= 0 && count <= 1e9 ? count : undefined;
    return defined({ kind: 'search', keyword, category: text('search_cat', LIMITS.text), count: found, segments });
  }
  const [category, action] = [text('e_c', LIMITS.text), text('e_a', LIMITS.text)];
  if (category && action) {
    const value = said.has('e_v') ? (number('e_v') ?? 0) : undefined;
    return defined({ kind: 'other', category, action, name: text('e_n', LIMITS.text), value, segments });
  }
  const name = text('c_n', LIMITS.text);
  if (name) {
    const interaction = text('c_i', LIMITS.text);
    return defined({
      kind: 'content',
      action: interaction ? 'interaction' : 'impression',
      name,
      piece: text('c_p', LIMITS.url),
      target: text('c_t', LIMITS.url),
      interaction,
      segments,
    });
  }
  const time = number('gt_ms');
  const { server_time, transfer_time = 0 } = readTimings(said);
  const measured = server_time === undefined ? undefined : server_time + transfer_time;
  const loadingTime = time !== undefined && time >= 0 ? time : measured;
  return defined({ kind: 'page', title: text('action_name', LIMITS.text) ?? '', loadingTime, segments });
}

/** How long the parts of loading a page took, in milliseconds, as Matomo 4 and newer tell it. Malformed values are left out. */
function readTimings({ number }: Values) {
  const time = (name: string) => toWholeMs(number(name));
  return {
    network_time: time('pf_net'),
    server_time: time('pf_srv'),
    transfer_time: time('pf_tfr'),
    dom_processing_time: time('pf_dm1'),
    dom_completion_time: time('pf_dm2'),
    onload_time: time('pf_onl'),
  };
}
