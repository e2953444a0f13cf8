/** A GET of this wire is a path of the tracking protocol, in whichever format. */
export { decode } from '../tracking/decode.ts';
