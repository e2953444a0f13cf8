import { css } from 'lit';

/** The styles of what `MediaWidget` renders: a tile's button with its photo and badge, and the message. */
export default css`
  button {
    all: unset;
    cursor: pointer;
  }
  [part='media'],
  img {
    display: block;
    width: 100%;
    height: 100%;
    object-fit: cover;
  }
  /* Not visibility: the alternative text of a photo that is missing still names its button. */
  img:not([src]),
  img.broken {
    opacity: 0;
  }
  .badge {
    position: absolute;
    display: grid;
    place-items: center;
    width: 2.75rem;
    height: 2.75rem;
    bottom: 0.25rem;
    inset-inline-start: 0.5rem;
    border-radius: 50%;
    color: CanvasText;
    background: Canvas;
    scale: 0.7;
    opacity: 0.85;
  }
  .badge::before {
    content: '';
    width: 0;
    height: 0;
    border: solid;
    border-width: 0.45rem 0 0.45rem 0.75rem;
    border-color: transparent currentcolor;
    translate: 15%;
  }
  .quiet {
    display: grid;
    place-items: center;
    height: 100%;
    margin: 0;
    border-radius: var(--vitrine-radius, 0.5rem);
    background: color-mix(in srgb, currentcolor 8%, transparent);
    opacity: 0.7;
  }
  @media (prefers-reduced-motion: no-preference) {
    img {
      transition: scale 0.3s;
    }
    [part='media']:hover img {
      scale: 1.04;
    }
  }
`;
