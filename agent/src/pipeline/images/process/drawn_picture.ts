/** A picture with what was found drawn on it, as JPEG. */
import type { DrawnObject } from '../messages.ts'
import { openPicture } from './decoded_picture.ts'
import { overlay } from './overlay.ts'

const QUALITY = 85

/** Rejects with a PictureFault. */
export async function drawPicture(
  bytes: Buffer,
  objects: readonly DrawnObject[],
  maxPixels: number
): Promise<{ jpeg: Buffer; width: number; height: number }> {
  const { image, width, height } = await openPicture(bytes, maxPixels)
  const svg = Buffer.from(overlay({ width, height }, objects))
  // Nothing to draw with where a picture is smaller than any line.
  const drawn = objects.length === 0 ? image : image.composite([{ input: svg, limitInputPixels: false }])
  return { jpeg: await drawn.flatten().jpeg({ quality: QUALITY }).toBuffer(), width, height }
}
