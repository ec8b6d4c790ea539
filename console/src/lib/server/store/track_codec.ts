/**
 * Tracks as they are stored: what one message says of one camera, packed, a sixth of its JSON. Parts of one chunk are
 * joined byte by byte; labels are numbers into the chunk's list. Pure. Little endian, field by field:
 *   part  = from: f64 (milliseconds since 1970), tracks: u32, then each track
 *   track = number: f64, label: u16, confidence: u16, points: u32, then each point
 *   point = milliseconds after `from`: u32, left, top, width, height: u16
 * Fractions are 65535ths: a hundredth of the error that thinning on the box allows. What secondary models say of a track
 * is kept with the event of its end.
 */
import type { Tracks } from '@vedette/protocol'
import type { TrackView } from '../../view.ts'

type Track = Tracks['tracks'][number]

const PART_BYTES = 12
const TRACK_BYTES = 16
const POINT_BYTES = 12
const ONE = 65_535
const UINT32_MAX = 0xffff_ffff

/** `labelOf` gives each label its number. */
export function packTracks(fromMs: number, tracks: readonly Track[], labelOf: (label: string) => number): Buffer {
  const points = tracks.reduce((sum, track) => sum + track.points.length, 0)
  const bytes = Buffer.allocUnsafe(PART_BYTES + tracks.length * TRACK_BYTES + points * POINT_BYTES)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  view.setFloat64(0, fromMs, true)
  view.setUint32(8, tracks.length, true)
  let at = PART_BYTES
  for (const { track, label, confidence, points } of tracks) {
    view.setFloat64(at, track, true)
    view.setUint16(at + 8, labelOf(label), true)
    view.setUint16(at + 10, Math.round(confidence * ONE), true)
    view.setUint32(at + 12, points.length, true)
    at += TRACK_BYTES
    for (const point of points) {
      view.setUint32(at, Math.min(point[0], UINT32_MAX), true)
      for (let i = 1; i <= 4; i++) view.setUint16(at + 2 + 2 * i, Math.round(point[i]! * ONE), true)
      at += POINT_BYTES
    }
  }
  return bytes
}

/** The tracks of joined parts, in the order in which they came. */
export function unpackTracks(camera: string, bytes: Buffer, labels: readonly string[]): TrackView[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const tracks: TrackView[] = []
  let at = 0
  while (at < bytes.length) {
    const from = new Date(view.getFloat64(at, true)).toISOString()
    const count = view.getUint32(at + 8, true)
    at += PART_BYTES
    for (let i = 0; i < count; i++) {
      const track = view.getFloat64(at, true)
      const label = labels[view.getUint16(at + 8, true)] ?? ''
      const confidence = fraction(view.getUint16(at + 10, true))
      const points: TrackView['points'] = Array.from({ length: view.getUint32(at + 12, true) })
      at += TRACK_BYTES
      for (let p = 0; p < points.length; p++, at += POINT_BYTES) {
        const side = (i: number) => fraction(view.getUint16(at + 4 + 2 * i, true))
        points[p] = [view.getUint32(at, true), side(0), side(1), side(2), side(3)]
      }
      tracks.push({ camera, track, label, confidence, from, points })
    }
  }
  return tracks
}

/** To as many digits as are meant. */
function fraction(value: number): number {
  return Math.round((value / ONE) * 100_000) / 100_000
}
