/** Reads protobuf's wire format field by field, without a schema: enough to look into an ONNX file. */

export interface Field {
  number: number
  /** Of varints and fixed-width fields. */
  value: number
  /** Of length-delimited fields, a view into the message. */
  bytes: Uint8Array
}

const none = new Uint8Array(0)

/** Throws a RangeError where the message ends too soon or is no protobuf at all. */
export function* fieldsOf(message: Uint8Array): Generator<Field> {
  const cursor = { at: 0 }
  while (cursor.at < message.length) {
    const key = varint(message, cursor)
    const number = Math.floor(key / 8)
    switch (key % 8) {
      case 0:
        yield { number, value: varint(message, cursor), bytes: none }
        break
      case 1:
        yield { number, value: 0, bytes: take(message, cursor, 8) }
        break
      case 2:
        yield { number, value: 0, bytes: take(message, cursor, varint(message, cursor)) }
        break
      case 5:
        yield { number, value: 0, bytes: take(message, cursor, 4) }
        break
      default:
        throw new RangeError(`wire type ${key % 8} at byte ${cursor.at}`)
    }
  }
}

export function textOf(field: Field): string {
  return new TextDecoder().decode(field.bytes)
}

function take(message: Uint8Array, cursor: { at: number }, length: number): Uint8Array {
  const end = cursor.at + length
  if (end > message.length) throw new RangeError(`field of ${length} bytes at byte ${cursor.at} of ${message.length}`)
  const bytes = message.subarray(cursor.at, end)
  cursor.at = end
  return bytes
}

/** As a number: exact to 2^53; negative ones (64-bit two's complement) come back negative. */
function varint(message: Uint8Array, cursor: { at: number }): number {
  let result = 0n
  for (let shift = 0n; shift < 70n; shift += 7n) {
    const byte = message[cursor.at++]
    if (byte === undefined) throw new RangeError(`varint cut off at byte ${message.length}`)
    result |= BigInt(byte & 127) << shift
    if (byte < 128) return Number(BigInt.asIntN(64, result))
  }
  throw new RangeError(`varint longer than ten bytes before byte ${cursor.at}`)
}
