/** The two streams of one camera beside each other. Pure. */
import { type Finding, ok, warning } from '../finding.ts'
import type { PictureFacts } from '../pipeline/picture_probe.ts'

/** 704x576 and its like round their shape to whole blocks. */
const SHAPE = 0.03

export function pairChecks(main: PictureFacts | null, detection: PictureFacts | null): Finding[] {
  const [large, small] = [sizeOf(main), sizeOf(detection)]
  if (large === null || small === null) return []
  const found = `main ${large.words}, for detection ${small.words}`
  if (small.pixels >= large.pixels)
    return [
      warning(
        'sizes',
        found,
        'Exchange url and detectUrl, or give detectUrl a smaller stream: the one for detection is decoded all of the time.'
      )
    ]
  if (Math.abs(small.shape / large.shape - 1) <= SHAPE) return [ok('sizes', found)]
  return [
    warning(
      'sizes',
      `${found}: not of one shape`,
      'Set both to the same shape, such as 16:9. Boxes found on one are drawn on the other: where the camera cuts a part off they lie beside the objects.'
    )
  ]
}

function sizeOf(picture: PictureFacts | null) {
  const { width, height } = { width: null, height: null, ...picture }
  if (width === null || height === null) return null
  return { words: `${width}x${height}`, pixels: width * height, shape: width / height }
}
