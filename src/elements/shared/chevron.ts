import { svg } from 'lit';

/** Points to the end of the text; styles turn it over for the start and for right-to-left. */
export const chevron = svg`<svg viewBox="0 0 24 24" aria-hidden="true"><path d="m9 5 7 7-7 7"/></svg>`;
