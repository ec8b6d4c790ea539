/** Small pictures of the objects that this page has seen, so that events can show whom they are about. */
import { SvelteMap } from 'svelte/reactivity'
import type { EventView, LiveObject } from '#lib/view.ts'

const SIDE = 80
const KEPT = 200
/** An event belongs to a crop only when both are about the same moment: numbers of tracks begin anew at times. */
const SAME_US = 10_000_000

interface Crop {
  url: string
  label: string
  t: number
}

export class Crops {
  #byTrack = new SvelteMap<number, Crop>()

  take(picture: ImageBitmap, objects: LiveObject[], t: number): void {
    for (const [track, label, , left, top, width, height] of objects) {
      if (track === 0 || this.#byTrack.get(track)?.label === label) continue
      const url = cut(picture, [left, top, width, height])
      if (url) this.#byTrack.set(track, { url, label, t })
    }
    for (const track of [...this.#byTrack.keys()].slice(0, -KEPT)) this.#byTrack.delete(track)
  }

  of(event: EventView): string | null {
    if (!('track' in event)) return null
    const crop = this.#byTrack.get(event.track)
    const isSame = crop && crop.label === event.label && began(event) - SAME_US < crop.t
    return isSame && crop.t < Date.parse(event.at) * 1000 + SAME_US ? crop.url : null
  }
}

function began(event: EventView): number {
  return Date.parse(event.at) * 1000 - ('durationMs' in event ? event.durationMs * 1000 : 0)
}

/** A square round the box. */
function cut(picture: ImageBitmap, [left, top, width, height]: [number, number, number, number]): string | null {
  const side = Math.max(width * picture.width, height * picture.height) * 1.1
  const x = (left + width / 2) * picture.width - side / 2
  const y = (top + height / 2) * picture.height - side / 2
  const canvas = document.createElement('canvas')
  canvas.width = SIDE
  canvas.height = SIDE
  const pen = canvas.getContext('2d')
  if (!pen || side < 4) return null
  pen.fillRect(0, 0, SIDE, SIDE)
  pen.drawImage(picture, x, y, side, side, 0, 0, SIDE, SIDE)
  return canvas.toDataURL('image/jpeg', 0.7)
}
