import { tooBusy } from './refusals.ts';
import { firstToGo, type Sender } from './sender.ts';

interface Place {
  sender: Sender;
  giveUp: () => void;
}

/**
 * Places for forms that arrive. Nobody has a bound of his own while there are places: a wedding party behind one address
 * takes all of them. When there are none, whoever has more places than the newcomer loses one to it.
 * @param most places that there are
 * @returns takes a place, and returns what gives it back. `giveUp` is called when it has been lost to somebody else.
 * @throws {ContentError} 503 when nobody has more than whoever asks
 */
export function createPlaces(most: number): (sender: Sender, giveUp: () => void) => () => void {
  const taken = new Set<Place>();
  return (sender, giveUp) => {
    const place = { sender, giveUp };
    taken.add(place);
    if (taken.size > most) {
      const goes = firstToGo(taken);
      taken.delete(goes);
      if (goes === place) throw tooBusy();
      goes.giveUp();
    }
    return () => taken.delete(place);
  };
}
