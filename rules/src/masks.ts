/** Parts of the picture that are left out: where objects are not looked at, and where motion does not count. */
import type { Masks, Polygon as Points } from '@vedette/protocol'
import { type ClassSet, classSet, hasClass } from './class_set.ts'
import { Polygon } from './polygon.ts'

export class ObjectMasks {
  readonly #masks: { polygon: Polygon; classes: ClassSet }[]

  constructor(masks: Masks['objects'], labels: readonly string[]) {
    this.#masks = (masks ?? []).map(({ points, classes }) => ({
      polygon: new Polygon(points),
      classes: classSet(classes, labels)
    }))
  }

  covers(x: number, y: number, classId: number): boolean {
    for (const { polygon, classes } of this.#masks)
      if (hasClass(classes, classId) && polygon.contains(x, y)) return true
    return false
  }
}

/** Which cells of a grid have their middle in one of the polygons: 1 or 0 each, row after row. */
export function rasterize(polygons: readonly Points[], columns: number, rows: number): Uint8Array {
  const shapes = polygons.map((points) => new Polygon(points))
  return Uint8Array.from({ length: columns * rows }, (_, cell) => {
    const x = ((cell % columns) + 0.5) / columns
    const y = (Math.floor(cell / columns) + 0.5) / rows
    return shapes.some((shape) => shape.contains(x, y)) ? 1 : 0
  })
}
