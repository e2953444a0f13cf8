/** What a container says of itself. */
export interface VideoFacts {
  /** As shown: a phone's rotation is applied. */
  width: number;
  height: number;
  seconds: number;
}
