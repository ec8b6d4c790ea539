/** What a strategy found in one frame, as it is on the wire (protocol/frames.proto, `Frame`). Pure. */
import type { Found } from './findings.ts'

export interface FoundFrame {
  strategy: string
  /** Index of the camera in the catalog. */
  camera: number
  number: number
  capturedUs: number
  ptsNs: bigint
  width: number
  height: number
  latencyUs: number
  /** With the index of its class in the catalog in place of the strategy's own. */
  found: Found[]
  tracks: number[]
}

/** One `findings` field of a FrameBatch. */
export function encodeFoundFrame(frame: FoundFrame): Buffer {
  const { found } = frame
  const name = Buffer.from(frame.strategy)
  const body = Buffer.concat([
    integer(1, frame.camera),
    integer(2, frame.number),
    integer(3, frame.capturedUs),
    integer(4, frame.ptsNs),
    integer(5, frame.width),
    integer(6, frame.height),
    integer(7, frame.latencyUs),
    bytes(8, Buffer.from(found.flatMap(({ label }) => varint(label)))),
    bytes(9, Buffer.from(frame.tracks.flatMap((track) => varint(track)))),
    floats(
      10,
      found.map(({ confidence }) => confidence)
    ),
    ...[0, 1, 2, 3].map((side) =>
      floats(
        11 + side,
        found.map(({ box }) => box[side]!)
      )
    ),
    bytes(22, name)
  ])
  return bytes(FINDINGS, body)
}

/** The same as one `frames` field, as tracks and rules read it. */
export function asFrame(findings: Buffer): Buffer {
  const frame = Buffer.from(findings)
  frame[0] = (FRAMES << 3) | 2
  return frame
}

const FRAMES = 3
const FINDINGS = 4

function integer(field: number, value: number | bigint): Buffer {
  return Buffer.from([...varint(field << 3), ...varint(value)])
}

/** Left out where it says nothing. */
function bytes(field: number, content: Buffer): Buffer {
  if (content.length === 0 && field !== FINDINGS) return content
  return Buffer.concat([Buffer.from([...varint((field << 3) | 2), ...varint(content.length)]), content])
}

function floats(field: number, values: number[]): Buffer {
  const content = Buffer.alloc(values.length * 4)
  for (const [i, value] of values.entries()) content.writeFloatLE(value, i * 4)
  return bytes(field, content)
}

function varint(value: number | bigint): number[] {
  const found: number[] = []
  let rest = BigInt(value)
  for (; rest > 127n; rest >>= 7n) found.push(Number(rest & 127n) | 128)
  return [...found, Number(rest)]
}
