/** What the agent and the process that looks at pictures say to each other. */
import type { InferStage } from '@vedette/native'

/** What that process runs: the models of the pipeline, on pictures. */
export interface ImageModels {
  family: 'auto' | 'cpu' | 'deepstream'
  /** The first detects; none: it only draws. */
  stages: InferStage[]
  /** Of the detector, by class. */
  labels: string[]
  /** Name and version. */
  model: string | null
}

export interface ImageLimits {
  /** Pictures in one inference. */
  maxBatch: number
  /** How long the first of them waits for the others. */
  maxWaitMs: number
  maxPixels: number
  threads: number
}

export type ToImages = { say: 'configure'; models: ImageModels; limits: ImageLimits } | { say: 'stop' }

export type FromImages =
  | { say: 'ready' }
  | { say: 'heartbeat' }
  /** It cannot look at pictures: why, in words. */
  | { say: 'unable'; message: string }

/** One request with the picture's bytes behind it. */
export type ImageRequest =
  | { request: number; do: 'infer'; annotate: boolean }
  /** Boxes onto a JPEG. */
  | { request: number; do: 'draw'; objects: DrawnObject[] }

export interface DrawnObject {
  label: string
  confidence: number
  track: number | null
  /** Parts of the picture. */
  box: { left: number; top: number; width: number; height: number }
}

export interface FoundObject {
  classId: number
  confidence: number
  box: DrawnObject['box']
  mask: { width: number; height: number; counts: number[] } | null
  attributes: { label: string; confidence: number; stage: number }[]
}

/**
 * unsupported: no picture of a kind that is read; broken: it does not decode; too-large: more pixels than allowed;
 * failed: the model could not look at it.
 */
export type ImageFailure = 'unsupported' | 'broken' | 'too-large' | 'failed'

/** One answer, with the drawn picture's bytes behind it where one was asked for. */
export type ImageAnswer =
  | { request: number; width: number; height: number; objects: FoundObject[] }
  | { request: number; failure: ImageFailure; message: string }

/** Kind of the raw messages that carry requests and answers; beside those of the engine's channel. */
export const IMAGE = 3

/** u32 length of the head, the head as JSON, the bytes. */
export function packImage(head: ImageRequest | ImageAnswer, bytes: Uint8Array | null): Uint8Array[] {
  const json = Buffer.from(JSON.stringify(head))
  const length = Buffer.allocUnsafe(4)
  length.writeUInt32LE(json.length)
  return bytes === null ? [length, json] : [length, json, bytes]
}

export function unpackImage<Head extends ImageRequest | ImageAnswer>(message: Buffer): { head: Head; bytes: Buffer } {
  const end = 4 + message.readUInt32LE(0)
  return { head: JSON.parse(message.toString('utf8', 4, end)) as Head, bytes: message.subarray(end) }
}
