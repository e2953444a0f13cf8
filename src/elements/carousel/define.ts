import { VitrineCarousel } from './carousel.ts';

declare global {
  interface HTMLElementTagNameMap {
    'vitrine-carousel': VitrineCarousel;
  }
}

// Another version of Vitrine on the page may have defined the element already.
if (!customElements.get('vitrine-carousel')) customElements.define('vitrine-carousel', VitrineCarousel);
