/** Twelve objects that wander through a picture, each at its own pace. */
import { encodeFrame } from '@vedette/agent'

export const OBJECTS = 12
export const FPS = 15

type Box = [left: number, top: number, width: number, height: number]

/** Where an object is, in seconds of the scene: it turns round at the borders, as people on a square do. */
export function boxAt(camera: number, object: number, seconds: number): Box {
  const pace = 0.02 + (((camera + object) % 7) + 1) * 0.01
  const wander = (from: number) => Math.abs(((from + pace * seconds) % 2) - 1) * 0.85
  return [wander(object / OBJECTS), wander((object * 5) / OBJECTS), 0.06, 0.15]
}

export function sceneFrame(camera: number, capturedMs: number, seconds: number): Buffer {
  const objects = Array.from({ length: OBJECTS }, (_, object) => ({
    track: object + 1,
    label: object % 3,
    confidence: 0.8,
    box: boxAt(camera, object, seconds)
  }))
  return encodeFrame(camera, capturedMs, objects)
}
