import type { Tracker } from '../tracker/checkout.ts';
import type { Destinations } from './wire-chunks.ts';

/** The commands of a page. */
export interface Commands extends Tracker {
  /** Adds destinations to those of the tag's attributes. Pushed before the tag has loaded, they get every event. */
  destinations(named: Destinations): void;
}

/** What a page may push, before and after the tag has loaded: the name of a command, and its arguments. */
export type Command = { [C in keyof Commands]: [name: C, ...values: Parameters<Commands[C]>] }[keyof Commands];

export interface Queue {
  push(...commands: Command[]): void;
}

declare global {
  interface Window {
    /**
     * The only global, an array: `(Array.isArray(window.vitrine) ? window.vitrine : window.vitrine = []).push([…])`. Before
     * the first push, it may be an element of the page with that id (`<section id="vitrine">`).
     */
    vitrine?: Queue;
  }
}
