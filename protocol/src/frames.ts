/** `up/frames`: reads and joins encoded FrameBatches (frames.proto) without a protobuf library, so browsers can too. */
import { ProtocolError } from './error.ts'
import {
  type Attribute,
  decodeAttribute,
  decodeMask,
  decodeObjectAnalytics,
  decodeSceneAnalytics,
  type ObjectAnalytics,
  type SceneAnalytics,
  text
} from './frame_parts.ts'
import type { Mask } from './mask.ts'
import { Reader, varint } from './wire.ts'

/** One analysed frame; the columns have one entry per object. */
export interface Frame {
  camera: number
  number: number
  /** Microseconds since 1970. */
  capturedUs: number
  ptsNs: bigint
  width: number
  height: number
  latencyUs: number
  classId: Uint32Array
  trackId: Float64Array
  confidence: Float32Array
  /** 0 … 1 of the picture. */
  left: Float32Array
  top: Float32Array
  boxWidth: Float32Array
  boxHeight: Float32Array
  /** Empty when it is `confidence`, or there is none. */
  trackerConfidence: Float32Array
  /** Radians, clockwise about the middle of the box. Empty when all boxes are upright. */
  rotation: Float32Array
  attributes: Attribute[]
  masks: Mask[]
  objectAnalytics: ObjectAnalytics[]
  sceneAnalytics: SceneAnalytics[]
  /** By the camera's own clock, microseconds since 1970; 0 when it was not told. */
  sentUs: number
  /** Of findings: the strategy that looked. Empty for frames of the pipeline. */
  strategy: string
}

export interface FrameBatch {
  catalog: string
  sequence: number
  frames: Frame[]
  /** What detection strategies found, each in its own time. */
  findings: Frame[]
}

/** The two header fields: put before the joined entries of `frames` they make a whole FrameBatch. */
export function encodeBatchHeader(catalog: string, sequence: number): Uint8Array {
  const name = new TextEncoder().encode(catalog)
  return Uint8Array.from([0x0a, ...varint(name.length), ...name, 0x10, ...varint(sequence)])
}

/** A box sends far fewer; more than this is an attack on the reader's memory, not a batch. */
export const FRAMES_IN_BATCH_LIMIT = 1024

/** A batch of which only the outermost fields are cut out: the catalog's text and the frames are still encoded. */
export interface FrameEnvelope {
  catalog: Uint8Array
  sequence: number
  frames: Uint8Array[]
  findings: Uint8Array[]
}

/** Throws a ProtocolError for anything that is no FrameBatch. Fields that this version does not know are skipped. */
export function decodeFrameBatch(bytes: Uint8Array): FrameBatch {
  return decodeEnvelope(openFrameBatch(bytes))
}

export function decodeEnvelope({ catalog, sequence, frames, findings }: FrameEnvelope): FrameBatch {
  return { catalog: text(catalog), sequence, frames: frames.map(decodeFrame), findings: findings.map(decodeFrame) }
}

/** For who counts frames and does not look at them. Throws as decodeFrameBatch does, but not for what is inside. */
export function openFrameBatch(bytes: Uint8Array): FrameEnvelope {
  const reader = new Reader(bytes)
  const batch: FrameEnvelope = { catalog: new Uint8Array(0), sequence: 0, frames: [], findings: [] }
  while (!reader.atEnd) {
    const tag = reader.tag()
    if (tag === 0x0a) batch.catalog = reader.bytes()
    else if (tag === 0x10) batch.sequence = reader.varint()
    else if (tag === 0x1a) batch.frames.push(reader.bytes())
    else if (tag === 0x22) batch.findings.push(reader.bytes())
    else reader.skip(tag)
    if (batch.frames.length + batch.findings.length > FRAMES_IN_BATCH_LIMIT) {
      throw new ProtocolError('too-large', `up/frames: expected at most ${FRAMES_IN_BATCH_LIMIT} frames, received more`)
    }
  }
  return batch
}

/** Tags are `field number << 3 | wire type`; a known field with another wire type is an unknown field. */
function decodeFrame(bytes: Uint8Array): Frame {
  const reader = new Reader(bytes)
  const frame = emptyFrame()
  while (!reader.atEnd) {
    const tag = reader.tag()
    if (tag === 0x08) frame.camera = reader.uint32()
    else if (tag === 0x10) frame.number = reader.varint()
    else if (tag === 0x18) frame.capturedUs = reader.varint()
    else if (tag === 0x20) frame.ptsNs = reader.bigVarint()
    else if (tag === 0x28) frame.width = reader.uint32()
    else if (tag === 0x30) frame.height = reader.uint32()
    else if (tag === 0x38) frame.latencyUs = reader.uint32()
    else if (tag === 0xa8) frame.sentUs = reader.varint()
    else if (tag === 0xb2) frame.strategy = text(reader.bytes())
    else if (!decodeColumn(frame, tag, reader) && !decodePart(frame, tag, reader)) reader.skip(tag)
  }
  checkLengths(frame)
  return frame
}

function checkLengths(frame: Frame): void {
  const n = frame.classId.length
  for (const column of [frame.trackId, frame.confidence, frame.left, frame.top, frame.boxWidth, frame.boxHeight]) {
    if (column.length !== n) {
      throw new ProtocolError('protobuf', `up/frames: expected ${n} entries in every column, received ${column.length}`)
    }
  }
  for (const { length } of [frame.trackerConfidence, frame.rotation]) {
    if (length !== 0 && length !== n) {
      throw new ProtocolError('protobuf', `up/frames: expected ${n} entries in a column or none, received ${length}`)
    }
  }
  for (const { object } of [...frame.attributes, ...frame.masks, ...frame.objectAnalytics]) {
    if (object >= n) {
      throw new ProtocolError('protobuf', `up/frames: expected the number of one of ${n} objects, received ${object}`)
    }
  }
}

/** Columns come packed; a stock encoder may also write them entry by entry, or in several pieces. */
function decodeColumn(frame: Frame, tag: number, reader: Reader): boolean {
  if (tag === 0x42 || tag === 0x40) frame.classId = append(frame.classId, Uint32Array.from(reader.varints(tag)))
  else if (tag === 0x4a || tag === 0x48) frame.trackId = append(frame.trackId, Float64Array.from(reader.varints(tag)))
  else if (tag === 0x52 || tag === 0x55) frame.confidence = append(frame.confidence, reader.floats(tag))
  else if (tag === 0x5a || tag === 0x5d) frame.left = append(frame.left, reader.floats(tag))
  else if (tag === 0x62 || tag === 0x65) frame.top = append(frame.top, reader.floats(tag))
  else if (tag === 0x6a || tag === 0x6d) frame.boxWidth = append(frame.boxWidth, reader.floats(tag))
  else if (tag === 0x72 || tag === 0x75) frame.boxHeight = append(frame.boxHeight, reader.floats(tag))
  else if (tag === 0x7a || tag === 0x7d) frame.trackerConfidence = append(frame.trackerConfidence, reader.floats(tag))
  else if (tag === 0x82 || tag === 0x85) frame.rotation = append(frame.rotation, reader.floats(tag))
  else return false
  return true
}

function decodePart(frame: Frame, tag: number, reader: Reader): boolean {
  if (tag === 0x8a) frame.attributes.push(decodeAttribute(reader.bytes()))
  else if (tag === 0x92) frame.masks.push(decodeMask(reader.bytes()))
  else if (tag === 0x9a) frame.objectAnalytics.push(decodeObjectAnalytics(reader.bytes()))
  else if (tag === 0xa2) frame.sceneAnalytics.push(decodeSceneAnalytics(reader.bytes()))
  else return false
  return true
}

function emptyFrame(): Frame {
  return {
    camera: 0,
    number: 0,
    capturedUs: 0,
    ptsNs: 0n,
    width: 0,
    height: 0,
    latencyUs: 0,
    classId: new Uint32Array(0),
    trackId: new Float64Array(0),
    confidence: new Float32Array(0),
    left: new Float32Array(0),
    top: new Float32Array(0),
    boxWidth: new Float32Array(0),
    boxHeight: new Float32Array(0),
    trackerConfidence: new Float32Array(0),
    rotation: new Float32Array(0),
    attributes: [],
    masks: [],
    objectAnalytics: [],
    sceneAnalytics: [],
    sentUs: 0,
    strategy: ''
  }
}

function append<T extends Uint32Array | Float32Array | Float64Array>(column: T, more: T): T {
  if (column.length === 0) return more
  const whole = new (more.constructor as new (length: number) => T)(column.length + more.length)
  whole.set(column)
  whole.set(more, column.length)
  return whole
}
