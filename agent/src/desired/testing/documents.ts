/** Desired documents as a console makes them, with a right hash. */
import type { Camera, Desired, ModelReference } from '@vedette/protocol'
import { hashOfDesired } from '../document.ts'

export function camera(part: Partial<Camera> = {}): Camera {
  return {
    name: 'Door',
    enabled: true,
    source: { kind: 'rtsp', url: 'rtsp://10.0.0.1/live', transport: 'tcp', latencyMs: 200 },
    detection: { enabled: true, maxFps: 0, minConfidence: 0, classes: [] },
    frames: 'leased',
    ...part
  }
}

export function model(letter: string): ModelReference {
  return { name: letter, version: '1.0.0', sha256: letter.repeat(64), bytes: 10 }
}

export function desired(part: Partial<Omit<Desired, 'sha256'>> = {}): Desired {
  const document = {
    v: 1 as const,
    rev: 1,
    name: 'Shop',
    cameras: { door: camera() },
    models: {},
    analysis: { model: null, interval: 0, tracker: 'default' as const },
    ...part
  }
  return { ...document, sha256: hashOfDesired(document) }
}
