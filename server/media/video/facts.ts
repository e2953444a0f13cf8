/** The facts of a video according to its container. */
export interface VideoFacts {
  /** The size in pixels, with the rotation of a phone applied. */
  width: number;
  height: number;
  seconds: number;
}
