/**
 * Shows a camera: fetches each picture that is announced (the newest wins, at most one on the way), waits a moment for
 * the analysed frame of the same time, and paints both together.
 */
import { SvelteMap } from 'svelte/reactivity'
import type { Live } from '#lib/live.svelte.ts'
import { FrameHistory, type Overlay } from '#lib/overlay.ts'
import type { LiveAnalytics, LiveEvents, LiveFrame, LiveObject } from '#lib/view.ts'
import { Crops } from './crops.svelte.ts'
import { paint } from './paint.ts'

/** Metadata is sent at most 100 ms together; longer than this a picture does not wait for it. */
const PATIENCE_MS = 350

type Picture = LiveEvents['picture']

/** What a detection strategy found on one frame. */
export interface Found {
  /** Capture time. */
  atMs: number
  /** Objects by label. */
  counts: ReadonlyMap<string, number>
}

export class Viewer {
  objects = $state.raw<LiveObject[]>([])
  analytics = $state.raw<LiveAnalytics | null>(null)
  /** Capture time of the frame on display, microseconds since 1970. */
  shownT = $state<number | null>(null)
  /** Width by height of the picture on display. */
  ratio = $state<number | null>(null)
  /** When something last came from the camera, by this browser's clock. */
  lastFrameMs = $state<number | null>(null)
  fault = $state('')
  /** By strategy, the newest frame on which it found something. */
  readonly found = new SvelteMap<string, Found>()
  readonly crops = new Crops()
  #history = new FrameHistory()
  #next: Picture | null = null
  #isBusy = false
  #isStopped = false
  #arrived: () => void = () => {}

  /** Begins with the newest picture that the console keeps, if any; returns what stops it. */
  start(live: Live, at: { box: string; camera: string; isStill: boolean }, canvas: HTMLCanvasElement): () => void {
    this.#isStopped = false
    // A camera that sends nothing now still has a last picture; a live one sends its own at once.
    if (at.isStill) this.#next = { ...at, t: 0, pts: '0', url: `/boxes/${at.box}/cameras/${at.camera}/picture` }
    void this.#work(canvas)
    const stopFrames = live.on('frames', (news) => {
      if (news.camera !== at.camera || news.box !== at.box) return
      this.#history.add(news.frames)
      for (const frame of news.frames) this.#keepFound(frame)
      this.lastFrameMs = Date.now()
      this.#arrived()
    })
    const stopPictures = live.on('picture', (news) => {
      if (news.camera !== at.camera || news.box !== at.box) return
      this.#next = news
      void this.#work(canvas)
    })
    return () => {
      this.#isStopped = true
      stopFrames()
      stopPictures()
    }
  }

  #keepFound({ strategy, objects, t }: LiveFrame): void {
    if (strategy === undefined || objects.length === 0) return
    this.found.set(strategy, { atMs: t / 1000, counts: countsOf(objects) })
  }

  async #work(canvas: HTMLCanvasElement): Promise<void> {
    if (this.#isBusy) return
    this.#isBusy = true
    while (this.#next && !this.#isStopped) {
      const picture = this.#next
      this.#next = null
      try {
        await this.#show(picture, canvas)
        this.fault = ''
      } catch (error) {
        this.fault = error instanceof Error ? error.message : String(error)
      }
    }
    this.#isBusy = false
  }

  async #show(picture: Picture, canvas: HTMLCanvasElement): Promise<void> {
    const answer = await fetch(picture.url)
    if (answer.status === 404) return
    if (!answer.ok) throw new Error(`The picture could not be read (${answer.status}).`)
    const bitmap = await createImageBitmap(await answer.blob())
    // A picture without a time cannot be matched: better no boxes than wrong ones.
    const overlay: Overlay | null = picture.t === 0 ? null : await this.#overlay(picture.t)
    if (!this.#isStopped) {
      paint(canvas, bitmap, overlay)
      this.crops.take(bitmap, overlay?.objects ?? [], picture.t)
      this.objects = overlay?.objects ?? []
      this.analytics = overlay?.analytics ?? null
      this.shownT = picture.t
      this.ratio = bitmap.width / bitmap.height
    }
    bitmap.close()
  }

  async #overlay(t: number): Promise<Overlay | null> {
    const deadline = performance.now() + PATIENCE_MS
    while ((this.#history.newest?.t ?? 0) < t && !this.#isStopped) {
      const left = deadline - performance.now()
      if (left <= 0) break
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left)
        this.#arrived = () => {
          clearTimeout(timer)
          resolve()
        }
      })
    }
    return this.#history.at(t)
  }
}

/** Objects by label, in the order of the labels. */
export function countsOf(objects: readonly LiveObject[]): Map<string, number> {
  const found = new Map<string, number>()
  for (const [, label] of objects) found.set(label, (found.get(label) ?? 0) + 1)
  return new Map([...found].sort())
}
