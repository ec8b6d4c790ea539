/** A document as a console would send it, for boxes that a test speaks to itself. */
import { createHash } from 'node:crypto'
import { type Camera, canonicalJson } from '@vedette/protocol'

/** Cameras that are decoded, without a model. */
export function decodingOnly(cameras: Record<string, Camera>): string {
  const analysis = { model: null, interval: 0, tracker: 'none' }
  const content = { v: 1, rev: 1, name: 'Gate', cameras, models: {}, analysis }
  return JSON.stringify({ ...content, sha256: createHash('sha256').update(canonicalJson(content)).digest('hex') })
}
