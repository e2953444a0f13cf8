import { tooBusy } from './refusals.ts';
import { firstToGo, type Sender } from './sender.ts';

interface Place {
  sender: Sender;
  giveUp: () => void;
}

/**
 * Bounds the number of forms that are received at a time. While places are free, one sender may take all of them: a
 * wedding party uploads from one address. When none is free, the sender with the most places loses one to a new sender.
 * @param max the number of places
 * @returns a function that takes a place and returns a function that frees it. It calls `giveUp` if the place is lost to
 * another sender, and throws a {@link ContentError} 503 if no other sender has more places than this one
 */
export function createPlaces(max: number): (sender: Sender, giveUp: () => void) => () => void {
  const taken = new Set<Place>();
  return (sender, giveUp) => {
    const place = { sender, giveUp };
    taken.add(place);
    if (taken.size > max) {
      const goes = firstToGo(taken);
      taken.delete(goes);
      if (goes === place) throw tooBusy();
      goes.giveUp();
    }
    return () => taken.delete(place);
  };
}
