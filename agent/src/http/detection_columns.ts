/** Classes and confidences of one packed frame (protocol/frames.proto, fields 8 and 10), without decoding the rest. */
const FRAMES = 0x1a
const CLASS_ID = 0x42
const CONFIDENCE = 0x52

export interface DetectionColumns {
  classId: number[]
  confidence: number[]
}

/** `entry` is one `frames` field with its tag and length, as our own addon wrote it. */
export function readColumns(entry: Uint8Array): DetectionColumns {
  const columns: DetectionColumns = { classId: [], confidence: [] }
  const view = new DataView(entry.buffer, entry.byteOffset, entry.length)
  let at = 0
  const varint = () => {
    let value = 0
    for (let scale = 1; at < entry.length; scale *= 128) {
      const byte = entry[at++]!
      value += (byte & 127) * scale
      if (byte < 128) break
    }
    return value
  }
  if (varint() !== FRAMES) return columns
  varint()
  while (at < entry.length) {
    const tag = varint()
    if ((tag & 7) === 0) {
      varint()
      continue
    }
    if ((tag & 7) !== 2) break
    const end = varint() + at
    if (tag === CLASS_ID) while (at < end) columns.classId.push(varint())
    else if (tag === CONFIDENCE) for (; at + 4 <= end; at += 4) columns.confidence.push(view.getFloat32(at, true))
    at = end
  }
  return columns
}
