/** The tracked objects of one analysed frame, in columns of which the first `count` entries count. */
export interface FrameObjects {
  count: number
  /** Capture time, milliseconds since 1970. */
  capturedMs: number
  /** 0 is not tracked, and not looked at. */
  trackId: Float64Array
  /** Of the surest look at the track so far, an index in the labels of the rule set. */
  classId: Uint32Array
  /** Of that look. */
  confidence: Float32Array
  /** Of each object left, top, width, height, 0 … 1 of the picture. */
  boxes: Float32Array
}
