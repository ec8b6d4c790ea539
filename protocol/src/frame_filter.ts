/** Takes objects out of an encoded frame, with all that belongs to them. What it does not know stays as it came. Pure. */
import { batchEntry } from './frame_encoding.ts'
import { joined, Reader, varint } from './wire.ts'

const VARINTS = 0
const FLOATS = 1
const OF_AN_OBJECT = 2
/** Fields of Frame in frames.proto that are about single objects. */
const kinds = new Map([
  ...[8, 9].map((field) => [field, VARINTS] as const),
  ...[10, 11, 12, 13, 14, 15, 16].map((field) => [field, FLOATS] as const),
  ...[17, 18, 19].map((field) => [field, OF_AN_OBJECT] as const)
])

/** `entry` is one `frames` field of a FrameBatch, as the engine writes it: columns packed. `kept` names objects, rising. */
export function keepObjects(entry: Uint8Array, kept: readonly number[]): Uint8Array {
  const outer = new Reader(entry)
  outer.tag()
  const bytes = outer.bytes()
  const reader = new Reader(bytes)
  const parts: Uint8Array[] = []
  while (!reader.atEnd) {
    const from = reader.position
    const tag = reader.tag()
    const kind = (tag & 7) === 2 ? kinds.get(tag >>> 3) : undefined
    if (kind === undefined) {
      reader.skip(tag)
      parts.push(bytes.subarray(from, reader.position))
      continue
    }
    const content = keepIn(kind, reader.bytes(), kept)
    if (content.length > 0) parts.push(Uint8Array.from([...varint(tag), ...varint(content.length)]), content)
  }
  return batchEntry('frames', joined(parts))
}

function keepIn(kind: number, content: Uint8Array, kept: readonly number[]): Uint8Array {
  if (kind === OF_AN_OBJECT) return renumbered(content, kept)
  const entries = kind === FLOATS ? floatsOf(content) : varintsOf(content)
  return joined(kept.flatMap((object) => entries[object] ?? []))
}

function floatsOf(content: Uint8Array): Uint8Array[] {
  return Array.from({ length: content.length / 4 }, (_, i) => content.subarray(i * 4, i * 4 + 4))
}

function varintsOf(content: Uint8Array): Uint8Array[] {
  const reader = new Reader(content)
  const entries: Uint8Array[] = []
  while (!reader.atEnd) {
    const from = reader.position
    reader.bigVarint()
    entries.push(content.subarray(from, reader.position))
  }
  return entries
}

/** Field 1 of these messages is the object; they are never empty, so an empty one says that it is gone. */
function renumbered(content: Uint8Array, kept: readonly number[]): Uint8Array {
  const reader = new Reader(content)
  const rest: Uint8Array[] = []
  let object = 0
  while (!reader.atEnd) {
    const from = reader.position
    const tag = reader.tag()
    if (tag === 0x08) {
      object = reader.uint32()
      continue
    }
    reader.skip(tag)
    rest.push(content.subarray(from, reader.position))
  }
  const place = kept.indexOf(object)
  if (place < 0) return new Uint8Array(0)
  return joined([Uint8Array.from(place > 0 ? [0x08, ...varint(place)] : []), ...rest])
}
