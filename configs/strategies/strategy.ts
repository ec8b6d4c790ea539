/**
 * What a detection strategy is: a module that exports an object of this shape, a class with it, or a function that makes
 * it (`class` in the settings names the export). A class or function is given `config` of the settings. It runs in a
 * process of its own; what it prints is in the log of the box.
 */
export interface DetectionStrategy {
  /** Within `limitMs`, or its process is ended and started again. One frame at a time. */
  detect(frame: StrategyFrame, sourceId: string): Promise<Detection[]> | Detection[]
  /** Which of them are reported; all of them where there is no such method. */
  shouldProcess?(detection: Detection): Promise<boolean> | boolean
}

export interface StrategyFrame {
  /** Counts what this strategy was given of this camera; frames that come while it is busy are left out. */
  number: number
  /** When the frame reached the box, microseconds since 1970. */
  capturedUs: number
  width: number
  height: number
  /** RGB, three bytes a pixel, row after row from the top left corner. */
  data: Uint8Array
}

export interface Detection {
  /** One of `labels` of the settings. Absent: the first of them. */
  label?: string
  /** 0 … 1. */
  confidence: number
  /** Left, top, width, height: 0 … 1 of the picture. */
  box: [left: number, top: number, width: number, height: number]
}
