/** Decoded frames as browsers get them. Pure. */
import { type Catalog, eachRun, type Frame, type FrameBatch } from '@vedette/protocol'
import type { LiveAnalytics, LiveFrame, LiveObject, LiveParts } from '../../view.ts'

/** By camera, in order. Null when the batch names another catalog: its numbers would get wrong names. */
export function liveFrames(batch: FrameBatch, catalog: Catalog | null): Map<string, LiveFrame[]> | null {
  if (catalog === null || catalog.hash !== batch.catalog) return null
  const cameras = new Map<string, LiveFrame[]>()
  for (const frame of [...batch.frames, ...batch.findings]) {
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
  const parts = partsOf(frame)
  for (let i = 0; i < frame.classId.length; i++) {
    const object: LiveObject = [
      // Tracks of strategies are for rules and events; on the page a strategy's newest frame stands for itself.
      frame.strategy === '' ? frame.trackId[i]! : 0,
      classes[frame.classId[i]!] ?? `class ${frame.classId[i]}`,
      short(frame.confidence[i]!),
      short(frame.left[i]!),
      short(frame.top[i]!),
      short(frame.boxWidth[i]!),
      short(frame.boxHeight[i]!)
    ]
    const own = parts.get(i)
    if (own) object.push(own)
    objects.push(object)
  }
  const analytics = analyticsOf(frame)
  return {
    t: frame.capturedUs,
    pts: String(frame.ptsNs),
    n: frame.number,
    width: frame.width,
    height: frame.height,
    latencyUs: frame.latencyUs,
    objects,
    ...(frame.strategy !== '' && { strategy: frame.strategy }),
    ...(analytics && { analytics })
  }
}

/** Null where no stage has told anything. */
function analyticsOf({ sceneAnalytics, objectAnalytics }: Frame): LiveAnalytics | null {
  if (sceneAnalytics.length === 0 && objectAnalytics.length === 0) return null
  const heading = Map.groupBy(
    objectAnalytics.filter(({ direction }) => direction !== ''),
    ({ direction }) => direction
  )
  return {
    zones: sceneAnalytics.flatMap(({ objectsInRegion, overcrowded }) =>
      [...objectsInRegion].map(([name, objects]) => ({ name, objects, isOvercrowded: overcrowded.get(name) ?? false }))
    ),
    lines: sceneAnalytics.flatMap(({ crossingsTotal }) =>
      [...crossingsTotal].map(([name, crossings]) => ({ name, crossings }))
    ),
    directions: [...heading].map(([name, { length }]) => ({ name, objects: length }))
  }
}

/** Of the objects that have any, by their place in the columns. */
function partsOf({ attributes, masks, rotation }: Frame): Map<number, LiveParts> {
  const parts = new Map<number, LiveParts>()
  const of = (object: number): LiveParts => {
    const known = parts.get(object) ?? {}
    parts.set(object, known)
    return known
  }
  for (const { object, label, probability } of attributes) {
    const own = of(object)
    own.attributes ??= []
    own.attributes.push([label, short(probability)])
  }
  for (const mask of masks) {
    const runs: number[] = []
    eachRun(mask, (x, y, length) => runs.push(x, y, length))
    of(mask.object).mask = { width: mask.width, height: mask.height, runs }
  }
  for (const [object, angle] of rotation.entries()) if (angle !== 0) of(object).rotation = short(angle)
  return parts
}

/** A ten-thousandth of the picture is less than a pixel. */
function short(value: number): number {
  return Math.round(value * 10_000) / 10_000
}
