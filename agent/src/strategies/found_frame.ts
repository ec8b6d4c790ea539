/** What a strategy found in one picture, as a frame of the protocol. Pure. */
import type { PlainFrame } from '@vedette/protocol'
import type { Waiting } from './camera_feed.ts'
import type { Found } from './findings.ts'

export interface FoundFrameOptions {
  strategy: string
  /** Index of the camera in the catalog. */
  camera: number
  /** Index in the catalog of the strategy's first class. */
  firstClass: number
  looked: Waiting
  found: readonly Found[]
  tracks: readonly number[]
  nowMs: number
}

export function foundFrame(options: FoundFrameOptions): PlainFrame {
  const { strategy, camera, firstClass, looked, found, tracks, nowMs } = options
  const { capturedUs, ptsNs, width, height } = looked.picture
  const side = (i: 0 | 1 | 2 | 3) => Float32Array.from(found, ({ box }) => box[i])
  return {
    ...{ strategy, camera, number: looked.number, capturedUs, ptsNs, width, height, sentUs: 0 },
    latencyUs: Math.max(0, Math.round(nowMs * 1000 - capturedUs)),
    classId: Uint32Array.from(found, ({ label }) => firstClass + label),
    trackId: Float64Array.from(tracks),
    confidence: Float32Array.from(found, ({ confidence }) => confidence),
    ...{ left: side(0), top: side(1), boxWidth: side(2), boxHeight: side(3) },
    ...{ trackerConfidence: new Float32Array(0), rotation: new Float32Array(0) }
  }
}
