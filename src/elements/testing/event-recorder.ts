import { inject } from 'vitest';
import type { Logged } from '../../content/testing/answers.ts';
import { type ActEvent, eventName } from '../../events/dom.ts';
import { MEDIA_ACTIONS, type MediaEvent, WIDGET_ACTIONS, type WidgetEvent } from '../../events/vocabulary.ts';

type Act = WidgetEvent | MediaEvent;

/** Records the acts and errors that reach `window`, where a tracker listens. */
export class EventRecorder {
  readonly acts: Act[] = [];
  readonly errors: string[] = [];
  readonly #end = new AbortController();

  /** @param takes whether the recorder takes the acts, as a tracker does */
  constructor(takes = true) {
    const options = { capture: true, signal: this.#end.signal };
    for (const name of new Set([...WIDGET_ACTIONS, ...MEDIA_ACTIONS].map(eventName)))
      window.addEventListener(
        name,
        (event) => {
          if (takes) (event as ActEvent).heard = true;
          this.acts.push((event as ActEvent<Act>).detail);
        },
        options,
      );
    window.addEventListener(
      'vitrine-error',
      ({ detail }) => this.errors.push(`${detail.code}: ${detail.message}`),
      options,
    );
  }

  /** `render` for an act on the widget, `click 101` for one on a media. The renders of media are left out: see `seen`. */
  get actions(): string[] {
    return this.acts.flatMap((act) => {
      if (act.kind === 'widget') return [act.action];
      return act.action === 'render' ? [] : [`${act.action} ${act.media}`];
    });
  }

  get seen(): string[] {
    return this.acts.flatMap((act) => (act.kind === 'media' && act.action === 'render' ? [act.media] : []));
  }

  end(): void {
    this.#end.abort();
  }
}

let keys = 0;

/** The `data-` attributes of an element. Each element has another key, by which the fixture tells requests apart. */
export function settings(scenario = 'shop'): { attributes: string; requests: () => Promise<Logged[]> } {
  const key = `element-${++keys}-${Math.random()}`;
  const api = inject('contentApi');
  return {
    attributes: `data-key="${key}" data-api="${api}/${scenario}"`,
    requests: async () => (await fetch(`${api}/log?auth_token=${key}`)).json(),
  };
}
