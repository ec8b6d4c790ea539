/** What a box should send because somebody looks: the union of what all viewers want. Pure. */
import { VERSION, type Watch } from '@vedette/protocol'

export interface Wish {
  box: string | null
  camera: string | null
  /** Width of small pictures of all cameras, or null. */
  pictures: number | null
}

const LARGE = { width: 1280, maxFps: 10 }
const SMALL_FPS = 1
const WIDTH = { min: 64, max: 1920 }

export function watchOf(box: string, wishes: Iterable<Wish>, cameras: Iterable<string>): Watch {
  const frames = new Set<string>()
  const previews = new Map<string, { camera: string; maxFps: number; width: number }>()
  const want = (camera: string, { width, maxFps }: { width: number; maxFps: number }) => {
    const was = previews.get(camera)
    previews.set(camera, {
      camera,
      maxFps: Math.max(maxFps, was?.maxFps ?? 0),
      width: Math.max(Math.min(width, WIDTH.max), WIDTH.min, was?.width ?? 0)
    })
  }
  for (const wish of wishes) {
    if (wish.box !== box) continue
    if (wish.camera !== null) {
      frames.add(wish.camera)
      want(wish.camera, LARGE)
    }
    if (wish.pictures !== null) {
      for (const camera of cameras) want(camera, { width: Math.round(wish.pictures), maxFps: SMALL_FPS })
    }
  }
  return { v: VERSION, frames: [...frames].slice(0, 256), previews: [...previews.values()].slice(0, 256), logs: false }
}

export function isEmpty(watch: Watch): boolean {
  return watch.frames.length === 0 && watch.previews.length === 0 && !watch.logs
}
