/**
 * `up/preview/{camera}`: a JPEG whose first segment after SOI is a comment (COM, ITU-T T.81 B.2.4.5) that tells which
 * frame it shows: `vedette ptsNs=… capturedUs=…`. Any viewer skips it; a page aligns its overlay by it.
 */
import { ProtocolError } from './error.ts'

export interface PreviewStamp {
  /** As in `Frame.ptsNs`; of a camera with a `detectUrl` it may be in its other stream: align by `capturedUs`. */
  ptsNs: bigint
  /** Wall-clock time when the frame reached the box, microseconds since 1970, as in `Frame.capturedUs`. */
  capturedUs: number
}

const SOI = [0xff, 0xd8] as const
const COM = [0xff, 0xfe] as const
const PATTERN = /^vedette ptsNs=(\d{1,20}) capturedUs=(\d{1,16})$/

/** Puts the stamp into a JPEG, right after SOI. */
export function stampPreview(jpeg: Uint8Array, stamp: PreviewStamp): Uint8Array {
  expectJpeg(jpeg)
  const text = new TextEncoder().encode(`vedette ptsNs=${stamp.ptsNs} capturedUs=${stamp.capturedUs}`)
  const length = text.length + 2
  const out = new Uint8Array(jpeg.length + length + 2)
  out.set([...SOI, ...COM, length >> 8, length & 255], 0)
  out.set(text, 6)
  out.set(jpeg.subarray(2), 6 + text.length)
  return out
}

/** The stamp of a preview, or null for a JPEG without one. Throws a ProtocolError when it is no JPEG. */
export function readPreviewStamp(jpeg: Uint8Array): PreviewStamp | null {
  expectJpeg(jpeg)
  if (jpeg[2] !== COM[0] || jpeg[3] !== COM[1]) return null
  const length = ((jpeg[4] ?? 0) << 8) | (jpeg[5] ?? 0)
  const match = PATTERN.exec(new TextDecoder().decode(jpeg.subarray(6, 4 + length)))
  return match ? { ptsNs: BigInt(match[1]!), capturedUs: Number(match[2]) } : null
}

function expectJpeg(jpeg: Uint8Array): void {
  if (jpeg.length >= 4 && jpeg[0] === SOI[0] && jpeg[1] === SOI[1]) return
  const start = Array.from(jpeg.subarray(0, 4), (byte) => byte.toString(16).padStart(2, '0')).join(' ')
  throw new ProtocolError('not-jpeg', `up/preview: expected a JPEG (ff d8 …), received ${start || 'nothing'}`)
}
