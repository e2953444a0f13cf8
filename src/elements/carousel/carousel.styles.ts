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
    --_tint: color-mix(in srgb, currentcolor 8%, transparent);
  }
  .track {
    display: flex;
    gap: var(--_gap);
    height: 100%;
    overflow: auto hidden;
    overscroll-behavior-x: contain;
    scroll-snap-type: x mandatory;
    scrollbar-width: none;
  }
  .slide {
    position: relative;
    flex: none;
    --_fit: 2.3;
    width: calc((100cqi + var(--_gap)) / var(--vitrine-fit, var(--_fit)) - var(--_gap));
    border-radius: var(--vitrine-radius, 0.5rem);
    background: var(--_tint);
    overflow: hidden;
    scroll-snap-align: start;
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
    outline: none;
    border: 0;
    padding: 0;
    font: inherit;
    color: inherit;
    background: none;
    cursor: pointer;
  }
  /* Over a picture of any colour, so of two colours. */
  .slide:has(:focus-visible)::after {
    content: '';
    position: absolute;
    inset: 0;
    border-radius: inherit;
    outline: 3px solid var(--vitrine-accent, CanvasText);
    outline-offset: -3px;
    box-shadow: inset 0 0 0 5px Canvas;
    pointer-events: none;
  }
  .slide button {
    display: block;
    width: 100%;
    height: 100%;
    border-radius: inherit;
  }
  img {
    display: block;
    width: 100%;
    height: 100%;
    object-fit: cover;
  }
  img.broken {
    visibility: hidden;
  }
  .badge,
  .arrow {
    position: absolute;
    display: grid;
    place-items: center;
    border-radius: 50%;
  }
  .badge {
    inset-block-end: 0.5rem;
    inset-inline-start: 0.5rem;
    width: 2rem;
    height: 2rem;
    color: #fff;
    background: rgb(0 0 0 / 55%);
    pointer-events: none;
  }
  .arrow {
    z-index: 1;
    top: calc(50% - 1.375rem);
    width: 2.75rem;
    height: 2.75rem;
    color: CanvasText;
    background: Canvas;
    box-shadow: 0 1px 6px rgb(0 0 0 / 30%);
  }
  .arrow:focus-visible {
    outline: 3px solid var(--vitrine-accent, CanvasText);
    outline-offset: -5px;
  }
  .previous {
    inset-inline-start: 0.5rem;
  }
  .next {
    inset-inline-end: 0.5rem;
  }
  /* Still there for the keyboard's focus, which would be lost with it. */
  .arrow[aria-disabled='true'] {
    opacity: 0.4;
    pointer-events: none;
  }
  .arrow[aria-disabled='true']:not(:focus-visible) {
    opacity: 0;
  }
  .arrow::before,
  .badge::before {
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
  .badge::before {
    border: 0;
    rotate: none;
    background: currentcolor;
    clip-path: polygon(0 0, 100% 50%, 0 100%);
  }
  .quiet {
    display: grid;
    place-items: center;
    height: 100%;
    margin: 0;
    border-radius: var(--vitrine-radius, 0.5rem);
    background: var(--_tint);
    opacity: 0.7;
  }
  [role='status'] {
    position: absolute;
    top: 0;
    margin: 0;
    clip-path: inset(50%);
  }
  @media (prefers-reduced-motion: no-preference) {
    .track {
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
