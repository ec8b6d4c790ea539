/**
 * Writes frames of `up/frames` (frames.proto) for who makes them in TypeScript; those of the pipeline come encoded from
 * the native addon. As ever in protobuf, what is absent, zero or empty is left out. Pure.
 */
import type { Frame } from './frames.ts'
import { bigVarint, joined, varint } from './wire.ts'

/** A frame without what only some of its objects have (frame_parts.ts). */
export type PlainFrame = Omit<Frame, 'attributes' | 'masks' | 'objectAnalytics' | 'sceneAnalytics'>

/** The message alone. */
export function encodeFrame(frame: Partial<PlainFrame>): Uint8Array {
  const { camera, number, capturedUs, ptsNs, width, height, latencyUs, sentUs = 0, strategy = '' } = frame
  const { classId, trackId, confidence, left, top, boxWidth, boxHeight, trackerConfidence, rotation } = frame
  const floatColumns = [confidence, left, top, boxWidth, boxHeight, trackerConfidence, rotation]
  return joined([
    ...[camera, number, capturedUs, ptsNs, width, height, latencyUs].map((value = 0, i) => integer(1 + i, value)),
    ...[classId, trackId].map((column, i) => delimited(8 + i, varints(column ?? []))),
    ...floatColumns.map((column, i) => delimited(10 + i, floats(column ?? []))),
    integer(21, sentUs),
    delimited(22, new TextEncoder().encode(strategy))
  ])
}

/** An encoded frame as an entry of a batch: in `frames` or in `findings`. */
export function batchEntry(list: 'frames' | 'findings', frame: Uint8Array): Uint8Array {
  return joined([Uint8Array.from([list === 'frames' ? 0x1a : 0x22, ...varint(frame.length)]), frame])
}

function integer(field: number, value: number | bigint): Uint8Array {
  if (value === 0 || value === 0n) return new Uint8Array(0)
  return Uint8Array.from([...varint(field << 3), ...(typeof value === 'bigint' ? bigVarint(value) : varint(value))])
}

function delimited(field: number, content: Uint8Array): Uint8Array {
  if (content.length === 0) return content
  return joined([Uint8Array.from([...varint((field << 3) | 2), ...varint(content.length)]), content])
}

function varints(column: ArrayLike<number>): Uint8Array {
  return Uint8Array.from(Array.from(column).flatMap((value) => varint(value)))
}

/** Little-endian, whatever the machine is. */
function floats(column: ArrayLike<number>): Uint8Array {
  const view = new DataView(new ArrayBuffer(4 * column.length))
  for (let i = 0; i < column.length; i++) view.setFloat32(4 * i, column[i]!, true)
  return new Uint8Array(view.buffer)
}
