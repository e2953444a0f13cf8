import { css } from 'lit';

/*
 * The host's height is the whole layout, so it can be reserved before this code arrives: a page's own
 * `vitrine-carousel { display: block; height: 14rem }` wins over :host and holds before and after alike.
 * Tiles fill that height, and how many fit is asked of the element's own width.
 */
export default css`
  :host {
    display: block;
    box-sizing: border-box;
    width: 100%;
    height: 14rem;
  }
  :host([hidden]) {
    display: none;
  }
  section {
    position: relative;
    height: 100%;
    container-type: inline-size;
    --_gap: var(--vitrine-gap, 0.5rem);
  }
  .row {
    display: flex;
    gap: var(--_gap);
    height: 100%;
    overflow: auto hidden;
    overscroll-behavior-x: contain;
    scroll-snap-type: x mandatory;
    scrollbar-width: none;
  }
  .slide,
  .quiet {
    border-radius: var(--vitrine-radius, 0.5rem);
    background: color-mix(in srgb, currentcolor 8%, transparent);
  }
  .slide {
    position: relative;
    flex: none;
    width: calc((100cqi + var(--_gap)) / var(--vitrine-fit, var(--_fit)) - var(--_gap));
    overflow: hidden;
    scroll-snap-align: start;
    --_fit: 2.3;
  }
  @container (width > 30rem) {
    .slide {
      --_fit: 3.3;
    }
  }
  @container (width > 44rem) {
    .slide {
      --_fit: 4;
    }
  }
  @container (width > 62rem) {
    .slide {
      --_fit: 5;
    }
  }
  button {
    all: unset;
    cursor: pointer;
  }
  .slide button,
  img {
    display: block;
    width: 100%;
    height: 100%;
    object-fit: cover;
  }
  /* Not visibility: a photo that has not come, or never will, still names its button. */
  img:not([src]),
  img.broken {
    opacity: 0;
  }
  .badge,
  .arrow {
    position: absolute;
    display: grid;
    place-items: center;
    width: 2.75rem;
    height: 2.75rem;
    border-radius: 50%;
    color: CanvasText;
    background: Canvas;
  }
  .arrow {
    z-index: 1;
    top: calc(50% - 1.375rem);
    box-shadow: 0 1px 6px rgb(0 0 0 / 30%);
  }
  .badge {
    bottom: 0.25rem;
    scale: 0.7;
    opacity: 0.85;
  }
  .badge,
  .previous {
    inset-inline-start: 0.5rem;
  }
  .next {
    inset-inline-end: 0.5rem;
  }
  .badge::before,
  .arrow::before {
    content: '';
    width: 0.625rem;
    height: 0.625rem;
    border: solid;
    border-width: 2px 2px 0 0;
    rotate: 45deg;
    translate: -15%;
  }
  .previous:dir(ltr)::before,
  .next:dir(rtl)::before {
    rotate: 225deg;
    translate: 15%;
  }
  .badge::before {
    border-width: 0.45rem 0 0.45rem 0.75rem;
    border-color: transparent currentcolor;
    width: 0;
    height: 0;
    rotate: none;
    translate: 15%;
  }
  /* Still there for the keyboard's focus, which would be lost with it. */
  .arrow[aria-disabled='true']:not(:focus-visible) {
    opacity: 0;
    pointer-events: none;
  }
  /* Over a picture of any colour, so of two colours. */
  .arrow:focus-visible,
  .slide:has(:focus-visible)::after {
    outline: 3px solid var(--vitrine-accent, CanvasText);
    outline-offset: -5px;
  }
  .slide:has(:focus-visible)::after {
    content: '';
    position: absolute;
    inset: 0;
    border-radius: inherit;
    box-shadow: inset 0 0 0 9px Canvas;
    pointer-events: none;
  }
  .quiet {
    display: grid;
    place-items: center;
    height: 100%;
    margin: 0;
    opacity: 0.7;
  }
  [role='status'] {
    position: absolute;
    top: 0;
    margin: 0;
    clip-path: inset(50%);
  }
  @media (prefers-reduced-motion: no-preference) {
    .row {
      scroll-behavior: smooth;
    }
    img {
      transition: scale 0.3s;
    }
    .slide button:hover img {
      scale: 1.04;
    }
  }
`;
