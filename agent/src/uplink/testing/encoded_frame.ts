/** Frames as the engine hands them over. */
import { batchEntry, encodeFrame as encodeColumns } from '@vedette/protocol'

export interface GivenObject {
  track: number
  label: number
  confidence: number
  box: [number, number, number, number]
  /** Label and probability, as stage 2 tells them. */
  attributes?: [string, number][]
}

/** One `frames` entry of a FrameBatch. */
export function encodeFrame(camera: number, capturedMs: number, objects: GivenObject[]): Buffer {
  const side = (i: 0 | 1 | 2 | 3) => Float32Array.from(objects, ({ box }) => box[i])
  const columns = encodeColumns({
    ...{ camera, number: 1, capturedUs: capturedMs * 1000 },
    classId: Uint32Array.from(objects, ({ label }) => label),
    trackId: Float64Array.from(objects, ({ track }) => track),
    confidence: Float32Array.from(objects, ({ confidence }) => confidence),
    ...{ left: side(0), top: side(1), boxWidth: side(2), boxHeight: side(3) }
  })
  const attributes = objects.flatMap(({ attributes = [] }, object) => attributes.map((one) => attribute(object, one)))
  return Buffer.from(batchEntry('frames', Buffer.concat([columns, ...attributes])))
}

/** One entry of `attributes` (frames.proto); no text is longer than 100 bytes here. */
function attribute(object: number, [label, probability]: [string, number]): Buffer {
  const text = Buffer.from(label)
  const sure = Buffer.from(new Float32Array([probability]).buffer)
  const body = Buffer.concat([Buffer.from([0x08, object, 0x10, 2, 0x1a, text.length]), text, Buffer.of(0x25), sure])
  return Buffer.concat([Buffer.of(0x8a, 0x01, body.length), body])
}

/** As the engine hands them over. */
export function packFrames(entries: { camera: number; bytes: Buffer; objects: number }[]) {
  const offsets = new Uint32Array(entries.length + 1)
  for (const [i, { bytes }] of entries.entries()) offsets[i + 1] = offsets[i]! + bytes.length
  return {
    bytes: Buffer.concat(entries.map(({ bytes }) => bytes)),
    offsets,
    cameras: Uint32Array.from(entries, ({ camera }) => camera),
    objects: Uint32Array.from(entries, ({ objects }) => objects)
  }
}
