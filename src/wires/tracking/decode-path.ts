import { scopeProblem } from '../../events/validate.ts';
import type { IncomingEvent, MediaEvent, Scope, WidgetEvent, Without } from '../../events/vocabulary.ts';

/** What a path says of an event. Its query says the rest. */
export type PathAct = Without<IncomingEvent, 'analyticsId' | 'segments' | 'pics' | 'products' | 'currency' | 'value'>;

/**
 * Reads the path of a tracking request.
 * @param parts what follows `/track/`, part by part, without percent-encoding and without the format
 * @returns `undefined` where the protocol has no such path or no such action
 */
export function readPath(parts: string[]): PathAct | undefined {
  const [kind, name = '', third] = parts;
  if (kind === 'vital' && parts.length <= 2) return { kind, name } as PathAct;
  if (kind === 'choice' && parts.length <= 2) return { kind, choice: name } as PathAct;
  if (kind === 'transaction')
    return parts.length === 3 && third === 'checkout' ? { kind: 'checkout', transactionId: name } : undefined;
  if (kind !== 'widget') return;
  const scope = readScope(parts);
  if (!scope) return;
  // The action follows the scope, or the media on which it was done.
  const last = parts.length - 1;
  const at = scope.kind === 'best' ? 3 : 4;
  const isMedia = last === at + 2 && parts[at] === 'media';
  if (!isMedia && last !== at) return;
  const action = parts[last] as string;
  const act = isMedia
    ? { kind: 'media', action, instance: name, scope, media: parts[at + 1] }
    : { kind: 'widget', action, instance: name, scope };
  // An unknown action is 404 and a wrong parameter 400, so the action is checked here, before the parameters.
  return scopeProblem(act as WidgetEvent | MediaEvent)?.startsWith('action') ? undefined : (act as PathAct);
}

/** Reads the scope, which follows the instance. */
function readScope([, , kind, id = '']: string[]): Scope | undefined {
  if (kind === 'best') return { kind };
  if (kind !== 'category' && kind !== 'stream') return;
  return kind === 'stream' && id === 'not_found' ? { kind: 'not_found' } : { kind, id };
}
