/** One encoded `frames` field, as the addon packs it. */
export interface GivenObject {
  track: number
  label: number
  confidence: number
  box: [number, number, number, number]
  /** Label and probability, as stage 2 tells them. */
  attributes?: [string, number][]
}

export function encodeFrame(camera: number, capturedMs: number, objects: GivenObject[]): Buffer {
  const column = (field: number, bytes: Buffer) =>
    Buffer.concat([Buffer.of((field << 3) | 2, ...varint(bytes.length)), bytes])
  const varints = (values: number[]) => Buffer.from(values.flatMap(varint))
  const floats = (values: number[]) => Buffer.from(new Float32Array(values).buffer)
  const body = Buffer.concat([
    Buffer.from([0x08, ...varint(camera), 0x10, 1, 0x18, ...varint(capturedMs * 1000)]),
    ...(objects.length === 0
      ? []
      : [
          column(8, varints(objects.map((o) => o.label))),
          column(9, varints(objects.map((o) => o.track))),
          column(10, floats(objects.map((o) => o.confidence))),
          ...[0, 1, 2, 3].map((i) => column(11 + i, floats(objects.map((o) => o.box[i]!))))
        ]),
    ...objects.flatMap(({ attributes = [] }, object) => attributes.map((one) => encodeAttribute(object, one)))
  ])
  return Buffer.concat([Buffer.of(0x1a, ...varint(body.length)), body])
}

function encodeAttribute(object: number, [label, probability]: [string, number]): Buffer {
  const text = Buffer.from(label)
  const last = Buffer.from(new Float32Array([probability]).buffer)
  const head = [0x08, ...varint(object), 0x10, 2, 0x1a, ...varint(text.length)]
  const body = Buffer.concat([Buffer.from(head), text, Buffer.of(0x25), last])
  return Buffer.concat([Buffer.of(0x8a, 0x01, ...varint(body.length)), body])
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

function varint(value: number): number[] {
  const bytes: number[] = []
  let rest = value
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128)
  return [...bytes, rest]
}
