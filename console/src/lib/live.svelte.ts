/**
 * The page's one EventSource. It feeds state that `load` began: a page shows `live.box(…) ?? data.box`. The browser
 * reconnects by itself; after a time without a message what is shown is called stale, not removed.
 */
import { createContext } from 'svelte'
import { SvelteMap } from 'svelte/reactivity'
import type { BoxDetail, BoxView, EventView, LiveEvents } from './view.ts'

export interface LiveQuery {
  box: string | null
  camera: string | null
  /** Width of small pictures of all cameras of the box. */
  pictures: number | null
}

/** What passes by and is not kept: the page that shows it takes it. */
type Passing = 'frames' | 'picture' | 'health'
type Listeners = { [K in Passing]: Set<(data: LiveEvents[K]) => void> }

const RETRY_MS = 3000
const KEPT_EVENTS = 200

export class Live {
  connection = $state<'connecting' | 'live' | 'lost'>('connecting')
  /** When the connection was lost, ms since 1970. */
  lostAt = $state<number | null>(null)
  boxes = new SvelteMap<string, BoxView | null>()
  detail = $state.raw<BoxDetail | null>(null)
  events = $state.raw<EventView[]>([])
  dropped = $state(0)
  #source: EventSource | null = null
  #retry: ReturnType<typeof setTimeout> | undefined
  #listeners: Listeners = { frames: new Set(), picture: new Set(), health: new Set() }

  /** Opens the stream; returns what closes it. */
  open(query: LiveQuery): () => void {
    this.#connect(query)
    return () => {
      clearTimeout(this.#retry)
      this.#source?.close()
      this.#source = null
      this.events = []
    }
  }

  on<K extends Passing>(kind: K, listener: (data: LiveEvents[K]) => void): () => void {
    this.#listeners[kind].add(listener)
    return () => this.#listeners[kind].delete(listener)
  }

  /** Rows that `load` brought, each as it is now; without those of boxes that are gone. */
  rows(known: BoxView[]): BoxView[] {
    return known.map((row) => this.boxes.get(row.id) ?? row).filter((row) => this.boxes.get(row.id) !== null)
  }

  /** `load` has brought newer state than the stream: show that. */
  forget(): void {
    this.boxes.clear()
    this.detail = null
  }

  #connect(query: LiveQuery): void {
    const source = new EventSource(`/live?${search(query)}`)
    this.#source = source
    const on = <K extends keyof LiveEvents>(kind: K, take: (data: LiveEvents[K]) => void) =>
      source.addEventListener(kind, (message) => take(JSON.parse(message.data) as LiveEvents[K]))

    on('hello', () => {
      this.connection = 'live'
      this.lostAt = null
    })
    on('box', (box) => this.boxes.set(box.id, box))
    on('removed', ({ box }) => this.boxes.set(box, null))
    on('detail', (detail) => {
      this.detail = detail
    })
    on('event', (event) => {
      this.events = [event, ...this.events.filter((known) => known.key !== event.key)].slice(0, KEPT_EVENTS)
    })
    on('dropped', ({ count }) => {
      this.dropped += count
    })
    for (const kind of ['frames', 'picture', 'health'] as const) {
      on(kind, (data) => {
        for (const listener of this.#listeners[kind] as Set<(data: unknown) => void>) listener(data)
      })
    }
    source.onerror = () => {
      this.connection = 'lost'
      this.lostAt ??= Date.now()
      // The browser itself gives up when the answer was no stream, such as 502 of a proxy while the console restarts.
      if (source.readyState !== EventSource.CLOSED) return
      clearTimeout(this.#retry)
      this.#retry = setTimeout(() => this.#connect(query), RETRY_MS)
    }
  }
}

function search({ box, camera, pictures }: LiveQuery): URLSearchParams {
  const query = new URLSearchParams({ fleet: '1' })
  if (box) query.set('box', box)
  if (camera) query.set('camera', camera)
  if (pictures) query.set('pictures', String(pictures))
  return query
}

/** New before known, each once. */
export function mergeEvents(fresh: EventView[], known: EventView[]): EventView[] {
  const seen = new Set<string>()
  return [...fresh, ...known].filter((event) => !seen.has(event.key) && seen.add(event.key))
}

export const [useLive, provideLive] = createContext<Live>()
