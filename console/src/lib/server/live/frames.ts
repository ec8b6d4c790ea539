/** Decoded frames as browsers get them. Pure. */
import type { Catalog, Frame, FrameBatch } from '@vedette/protocol'
import type { LiveFrame, LiveObject } from '../../view.ts'

/** By camera, in order. Null when the batch names another catalog: its numbers would get wrong names. */
export function liveFrames(batch: FrameBatch, catalog: Catalog | null): Map<string, LiveFrame[]> | null {
  if (catalog === null || catalog.hash !== batch.catalog) return null
  const cameras = new Map<string, LiveFrame[]>()
  for (const frame of batch.frames) {
    const camera = catalog.cameras[frame.camera]
    if (camera === undefined || camera === null) continue
    const list = cameras.get(camera) ?? []
    list.push(liveFrame(frame, catalog.classes))
    cameras.set(camera, list)
  }
  return cameras
}

function liveFrame(frame: Frame, classes: readonly string[]): LiveFrame {
  const objects: LiveObject[] = []
  for (let i = 0; i < frame.classId.length; i++) {
    objects.push([
      frame.trackId[i]!,
      classes[frame.classId[i]!] ?? `class ${frame.classId[i]}`,
      short(frame.confidence[i]!),
      short(frame.left[i]!),
      short(frame.top[i]!),
      short(frame.boxWidth[i]!),
      short(frame.boxHeight[i]!)
    ])
  }
  return {
    t: frame.capturedUs,
    pts: String(frame.ptsNs),
    n: frame.number,
    width: frame.width,
    height: frame.height,
    latencyUs: frame.latencyUs,
    objects
  }
}

/** A ten-thousandth of the picture is less than a pixel. */
function short(value: number): number {
  return Math.round(value * 10_000) / 10_000
}
