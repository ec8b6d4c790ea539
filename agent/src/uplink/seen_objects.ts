/**
 * The tracks of one frame as rules look at them: in columns, under ids of our own, and as sure as they ever were, since
 * between looks of the detector a tracker tells where they are and no confidence. One for all cameras.
 */
import type { FrameObjects } from '@vedette/rules'
import type { FrameColumns } from './frame_columns.ts'
import type { TrackBook } from './track_book.ts'

/** Who looks at tracks frame by frame. Cameras are told by their index in the catalog. `strategy` has found them; null: the model. */
export interface TrackWatcher {
  looksAt(camera: number, strategy: string | null): boolean
  see(camera: number, objects: FrameObjects, strategy: string | null): void
}

const BOX = 4

export class SeenObjects implements FrameObjects {
  count = 0
  capturedMs = 0
  trackId = new Float64Array(64)
  classId = new Uint32Array(64)
  confidence = new Float32Array(64)
  boxes = new Float32Array(64 * BOX)

  /** Of a frame that the book has seen. A track that has not begun has no id, and nothing else is read of it. */
  read(frame: FrameColumns, book: TrackBook): void {
    this.#reserve(frame.count)
    this.count = frame.count
    this.capturedMs = frame.capturedMs
    frame.copyBoxes(this.boxes, 0)
    for (let i = 0; i < frame.count; i++) {
      const one = book.find(frame.trackId[i]!)
      this.trackId[i] = one < 0 ? 0 : book.idOf(one)
      if (one < 0) continue
      this.classId[i] = book.classIdOf(one)
      this.confidence[i] = book.confidenceOf(one)
    }
  }

  #reserve(count: number): void {
    if (count <= this.trackId.length) return
    this.trackId = new Float64Array(2 * count)
    this.classId = new Uint32Array(2 * count)
    this.confidence = new Float32Array(2 * count)
    this.boxes = new Float32Array(2 * count * BOX)
  }
}
