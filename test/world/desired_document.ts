/** Documents as a console would send them, for boxes that a test speaks to itself. */
import { createHash } from 'node:crypto'
import { type Camera, canonicalJson } from '@vedette/protocol'

/** Cameras that are decoded, without a model. Whole and with the right hash, whatever is in them. */
export function decodingOnly(cameras: Record<string, unknown>, rev = 1): string {
  const analysis = { model: null, interval: 0, tracker: 'none' }
  const content = { v: 1, rev, name: 'Gate', cameras, models: {}, analysis }
  return JSON.stringify({ ...content, sha256: createHash('sha256').update(canonicalJson(content)).digest('hex') })
}

/** One that tells all it sees. */
export function cameraOf(source: Camera['source'], more: Partial<Camera> = {}): Camera {
  const detection = { enabled: true, maxFps: 0, minConfidence: 0, classes: [] }
  return { name: 'Camera', enabled: true, source, detection, frames: 'all', ...more }
}
