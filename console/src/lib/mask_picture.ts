/** A mask as a small picture in one colour, for drawImage to stretch over its box. */
import type { LiveParts } from './view.ts'

export function maskPicture(mask: NonNullable<LiveParts['mask']>, color: string): OffscreenCanvas | null {
  if (mask.width === 0 || mask.height === 0) return null
  const picture = new OffscreenCanvas(mask.width, mask.height)
  const pen = picture.getContext('2d')
  if (!pen) return null
  pen.fillStyle = color
  const { runs } = mask
  for (let i = 0; i < runs.length; i += 3) pen.fillRect(runs[i]!, runs[i + 1]!, 1, runs[i + 2]!)
  return picture
}
