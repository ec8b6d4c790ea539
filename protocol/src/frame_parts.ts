/** What objects and frames of `up/frames` may carry beside the columns: attributes, masks, analytics (frames.proto). */
import { ProtocolError } from './error.ts'
import type { Mask } from './mask.ts'
import { Reader } from './wire.ts'

/** What a classifier tells of an object. `object` is its place in the columns. */
export interface Attribute {
  object: number
  stage: number
  label: string
  probability: number
}

export interface ObjectAnalytics {
  object: number
  stage: number
  regions: string[]
  overcrowded: string[]
  lines: string[]
  direction: string
}

export interface SceneAnalytics {
  stage: number
  objectsInRegion: Map<string, number>
  overcrowded: Map<string, boolean>
  crossings: Map<string, number>
  crossingsTotal: Map<string, number>
  objectsOfClass: Map<number, number>
}

/** Calls `field` for each field of a message; it says whether it knows the tag. */
function readMessage(bytes: Uint8Array, field: (tag: number, reader: Reader) => boolean): void {
  const reader = new Reader(bytes)
  while (!reader.atEnd) {
    const tag = reader.tag()
    if (!field(tag, reader)) reader.skip(tag)
  }
}

export function decodeAttribute(bytes: Uint8Array): Attribute {
  const one: Attribute = { object: 0, stage: 0, label: '', probability: 0 }
  readMessage(bytes, (tag, reader) => {
    if (tag === 0x08) one.object = reader.uint32()
    else if (tag === 0x10) one.stage = reader.uint32()
    else if (tag === 0x1a) one.label = text(reader.bytes())
    else if (tag === 0x25) one.probability = reader.floats(tag)[0]!
    else return false
    return true
  })
  return one
}

export function decodeMask(bytes: Uint8Array): Mask {
  const one: Mask = { object: 0, width: 0, height: 0, counts: new Uint32Array(0) }
  const counts: number[] = []
  readMessage(bytes, (tag, reader) => {
    if (tag === 0x08) one.object = reader.uint32()
    else if (tag === 0x10) one.width = reader.uint32()
    else if (tag === 0x18) one.height = reader.uint32()
    else if (tag === 0x22 || tag === 0x20) counts.push(...reader.varints(tag))
    else return false
    return true
  })
  const cells = counts.reduce((sum, count) => sum + count, 0)
  if (cells !== one.width * one.height) {
    throw new ProtocolError(
      'protobuf',
      `up/frames: expected the counts of a mask of ${one.width} x ${one.height} to add up to its cells, received ${cells}`
    )
  }
  return { ...one, counts: Uint32Array.from(counts) }
}

export function decodeObjectAnalytics(bytes: Uint8Array): ObjectAnalytics {
  const one: ObjectAnalytics = { object: 0, stage: 0, regions: [], overcrowded: [], lines: [], direction: '' }
  readMessage(bytes, (tag, reader) => {
    if (tag === 0x08) one.object = reader.uint32()
    else if (tag === 0x10) one.stage = reader.uint32()
    else if (tag === 0x1a) one.regions.push(text(reader.bytes()))
    else if (tag === 0x22) one.overcrowded.push(text(reader.bytes()))
    else if (tag === 0x2a) one.lines.push(text(reader.bytes()))
    else if (tag === 0x32) one.direction = text(reader.bytes())
    else return false
    return true
  })
  return one
}

export function decodeSceneAnalytics(bytes: Uint8Array): SceneAnalytics {
  const one: SceneAnalytics = {
    stage: 0,
    objectsInRegion: new Map(),
    overcrowded: new Map(),
    crossings: new Map(),
    crossingsTotal: new Map(),
    objectsOfClass: new Map()
  }
  readMessage(bytes, (tag, reader) => {
    if (tag === 0x08) one.stage = reader.uint32()
    else if (tag === 0x12) one.objectsInRegion.set(...named(reader.bytes()))
    else if (tag === 0x1a) one.overcrowded.set(...flag(named(reader.bytes())))
    else if (tag === 0x22) one.crossings.set(...named(reader.bytes()))
    else if (tag === 0x2a) one.crossingsTotal.set(...named(reader.bytes()))
    else if (tag === 0x32) one.objectsOfClass.set(...ofClass(reader.bytes()))
    else return false
    return true
  })
  return one
}

/** Entries of a map are messages: key = 1, value = 2 (https://protobuf.dev/programming-guides/encoding/#maps). */
function named(entry: Uint8Array): [key: string, value: number] {
  let key = ''
  let value = 0
  readMessage(entry, (tag, reader) => {
    if (tag === 0x0a) key = text(reader.bytes())
    else if (tag === 0x10) value = reader.varint()
    else return false
    return true
  })
  return [key, value]
}

const flag = ([key, value]: [string, number]): [string, boolean] => [key, value !== 0]

function ofClass(entry: Uint8Array): [key: number, value: number] {
  let key = 0
  let value = 0
  readMessage(entry, (tag, reader) => {
    if (tag === 0x08) key = reader.uint32()
    else if (tag === 0x10) value = reader.uint32()
    else return false
    return true
  })
  return [key, value]
}

const utf8 = new TextDecoder('utf-8', { fatal: true })

export function text(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes)
  } catch {
    throw new ProtocolError('protobuf', `up/frames: expected text in UTF-8, received ${bytes.length} other bytes`)
  }
}
