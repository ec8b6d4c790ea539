/** Takes objects out of one packed frame entry. Only for cameras that ask for it: the others pass as they came. Pure. */
import { decodeFrameBatch, type Frame } from '@vedette/protocol'
import type { ObjectFilter } from './engine_config.ts'

/** `entry` is one encoded `frames` field of a FrameBatch. Returns the same entry when nothing is taken out. */
export function filterEntry(entry: Buffer, filter: ObjectFilter): { entry: Buffer; objects: number } {
  const frame = decodeFrameBatch(entry).frames[0]
  if (!frame) return { entry, objects: 0 }
  const kept: number[] = []
  for (let i = 0; i < frame.classId.length; i++) {
    const isWanted = filter.classes === null || filter.classes.includes(frame.classId[i]!)
    if (isWanted && frame.confidence[i]! >= filter.minConfidence) kept.push(i)
  }
  if (kept.length === frame.classId.length) return { entry, objects: kept.length }
  return { entry: encodeEntry(frame, kept), objects: kept.length }
}

/** Field numbers of protocol/frames.proto; proto3 leaves zeros and empty columns out. */
function encodeEntry(frame: Frame, kept: number[]): Buffer {
  const out: number[] = []
  const scalars = [
    frame.camera,
    frame.number,
    frame.capturedUs,
    frame.ptsNs,
    frame.width,
    frame.height,
    frame.latencyUs
  ]
  for (const [i, value] of scalars.entries()) {
    if (value) out.push(((i + 1) << 3) | 0, ...varint(BigInt(value)))
  }
  if (kept.length > 0) {
    for (const [field, column] of [
      [8, frame.classId],
      [9, frame.trackId]
    ] as const) {
      const packed = kept.flatMap((i) => varint(BigInt(column[i]!)))
      out.push((field << 3) | 2, ...varint(BigInt(packed.length)), ...packed)
    }
    const columns = [frame.confidence, frame.left, frame.top, frame.boxWidth, frame.boxHeight]
    for (const [i, column] of columns.entries()) {
      const packed = new Uint8Array(Float32Array.from(kept, (k) => column[k]!).buffer)
      out.push(((10 + i) << 3) | 2, ...varint(BigInt(packed.length)), ...packed)
    }
  }
  return Buffer.from([0x1a, ...varint(BigInt(out.length)), ...out])
}

/** Negative int64 (captured_us before 1970) takes ten bytes, as protobuf says. */
function varint(value: bigint): number[] {
  const bytes: number[] = []
  let rest = BigInt.asUintN(64, value)
  while (rest > 127n) {
    bytes.push(Number(rest & 127n) | 128)
    rest >>= 7n
  }
  bytes.push(Number(rest))
  return bytes
}
