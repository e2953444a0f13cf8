import type { CarouselStrings } from '../carousel/strings.ts';
import type { ViewerStrings } from '../viewer/strings.ts';

/** The strings of all elements in one language. English is built into the elements, in `NAME/strings.ts`. */
export interface Translation {
  carousel: CarouselStrings;
  viewer: ViewerStrings;
}
