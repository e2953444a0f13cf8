import { css } from 'lit';

/*
 * The dialog covers the viewport and is a scroller that never scrolls, so `overscroll-behavior` keeps wheel and finger
 * from the page behind it; the page itself is not touched, its scrollbar stays and nothing shifts.
 */
export default css`
  :host {
    display: contents;
    --_tint: color-mix(in srgb, CanvasText 7%, Canvas);
    --_radius: var(--vitrine-radius, 0.5rem);
  }
  dialog {
    box-sizing: border-box;
    width: 100%;
    max-width: none;
    height: 100%;
    max-height: none;
    margin: 0;
    border: 0;
    padding: 0;
    overflow: hidden;
    overscroll-behavior: contain;
    color: CanvasText;
    background: none;
    font: inherit;
    line-height: 1.5;
    text-align: start;
  }
  dialog::backdrop {
    background: rgb(0 0 0 / 80%);
  }
  .card {
    position: relative;
    height: 100%;
    background: Canvas;
  }
  .row {
    display: flex;
    height: 100%;
    overflow: auto hidden;
    overscroll-behavior: contain;
    scroll-snap-type: x mandatory;
    scrollbar-width: none;
  }
  .slide {
    flex: none;
    width: 100%;
    overflow: hidden auto;
    overscroll-behavior-y: contain;
    scroll-snap-align: start;
    scroll-snap-stop: always;
    content-visibility: auto;
  }
  /* Firefox contains the overscroll only of what has somewhere to go: a pixel, over which the card stays where it is. */
  @supports (-moz-appearance: none) {
    dialog {
      overflow: hidden scroll;
      scrollbar-width: none;
    }
    dialog::after {
      content: '';
      display: block;
      height: 1px;
    }
    .card {
      position: sticky;
      top: 0;
    }
  }
  .photo {
    display: grid;
    height: 62%;
    background: var(--_tint);
  }
  .photo > * {
    width: 100%;
    height: 100%;
    min-height: 0;
    object-fit: contain;
  }
  .panel {
    padding: 1.25rem;
  }
  .panel > * {
    margin: 0 0 1rem;
  }
  .by {
    padding-inline-end: 6rem;
  }
  .name {
    display: block;
    font-weight: 600;
  }
  time,
  .price {
    font-size: 0.875em;
    opacity: 0.75;
  }
  .caption {
    white-space: pre-line;
    overflow-wrap: anywhere;
  }
  ul {
    display: grid;
    gap: 0.75rem;
    padding: 0;
    list-style: none;
  }
  li {
    display: grid;
    grid-template-columns: 4rem 1fr;
    gap: 0.25rem 0.75rem;
    align-items: start;
    padding: 0.75rem;
    border-radius: var(--_radius);
    background: var(--_tint);
  }
  li img {
    grid-row: span 2;
    width: 4rem;
    height: 4rem;
    border-radius: calc(var(--_radius) / 2);
    object-fit: cover;
  }
  li > :not(img) {
    grid-column: 2;
  }
  .price {
    display: block;
  }
  .shop {
    display: inline-flex;
    align-items: center;
    justify-self: start;
    box-sizing: border-box;
    min-height: 2.75rem;
    padding: 0.5rem 1.125rem;
    border-radius: 1.375rem;
    color: var(--vitrine-accent-text, Canvas);
    background: var(--vitrine-accent, CanvasText);
    font-weight: 600;
    text-decoration: none;
  }
  .shop:hover {
    text-decoration: underline;
  }
  button {
    position: absolute;
    z-index: 1;
    display: grid;
    place-items: center;
    width: 2.75rem;
    height: 2.75rem;
    border: 0;
    border-radius: 50%;
    padding: 0;
    color: CanvasText;
    background: Canvas;
    box-shadow:
      0 0 0 1px color-mix(in srgb, CanvasText 15%, transparent),
      0 1px 6px rgb(0 0 0 / 25%);
    cursor: pointer;
  }
  button:hover {
    background: var(--_tint);
  }
  :focus-visible {
    outline: 3px solid var(--vitrine-accent, CanvasText);
    outline-offset: 2px;
  }
  .close {
    inset-block-start: 0.75rem;
    inset-inline-end: 0.75rem;
  }
  .arrow {
    top: calc(31% - 1.375rem);
  }
  .previous {
    inset-inline-start: 0.75rem;
  }
  .next {
    inset-inline-end: 0.75rem;
  }
  /* Still there for the keyboard's focus, which would be lost with it. */
  .arrow[aria-disabled='true'] {
    opacity: 0.4;
    pointer-events: none;
  }
  .arrow[aria-disabled='true']:not(:focus-visible) {
    opacity: 0;
  }
  svg {
    width: 1.25rem;
    fill: none;
    stroke: currentcolor;
    stroke-width: 2;
    stroke-linecap: round;
    stroke-linejoin: round;
  }
  .arrow::before {
    content: '';
    width: 0.625rem;
    height: 0.625rem;
    border: solid;
    border-width: 2px 2px 0 0;
    rotate: 225deg;
    translate: 15%;
  }
  .previous:dir(rtl)::before,
  .next:dir(ltr)::before {
    rotate: 45deg;
    translate: -15%;
  }
  .count {
    position: absolute;
    z-index: 1;
    inset-block-start: 0.75rem;
    inset-inline-start: 0.75rem;
    margin: 0;
    padding: 0.125rem 0.625rem;
    border-radius: 1rem;
    color: #fff;
    background: rgb(0 0 0 / 55%);
    font-size: 0.8125em;
  }
  @media (width >= 52rem) {
    .card {
      width: min(70rem, 100% - 9rem);
      height: min(46rem, 100% - 4rem);
      margin: max(2rem, 50dvh - 23rem) auto;
    }
    .card,
    .row {
      border-radius: calc(var(--_radius) * 1.5);
    }
    .slide {
      display: grid;
      grid-template: 100% / minmax(0, 1fr) 22rem;
      overflow: hidden;
    }
    .photo {
      height: 100%;
    }
    .panel {
      overflow: auto;
      overscroll-behavior: contain;
      padding: 1.5rem;
    }
    .arrow {
      top: calc(50% - 1.375rem);
    }
    .previous {
      inset-inline-start: -3.75rem;
    }
    .next {
      inset-inline-end: -3.75rem;
    }
  }
  @media (prefers-reduced-motion: no-preference) {
    .row {
      scroll-behavior: smooth;
    }
    dialog[open] {
      animation: appear 0.2s;
    }
    @keyframes appear {
      from {
        opacity: 0;
      }
    }
  }
`;
