/** Which part of an object's box belongs to it, as COCO's uncompressed run lengths (frames.proto). */
export interface Mask {
  object: number
  width: number
  height: number
  /** Outside first, then inside and outside in turns; column after column. They add up to width * height. */
  counts: Uint32Array
}

/** Calls `paint` for each run of cells inside that lies in one column: cells y … y + length - 1 of column x. */
export function eachRun({ height, counts }: Mask, paint: (x: number, y: number, length: number) => void): void {
  let at = 0
  let isInside = false
  for (const count of counts) {
    for (let left = isInside ? count : 0, from = at; left > 0; ) {
      const y = from % height
      const length = Math.min(left, height - y)
      paint((from - y) / height, y, length)
      from += length
      left -= length
    }
    at += count
    isInside = !isInside
  }
}
