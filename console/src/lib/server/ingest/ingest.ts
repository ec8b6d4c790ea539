/**
 * What boxes say, on its way into the store: decoded at the door, written in groups, receipted after the commit.
 * A message that cannot be read is counted and shown with its box; nothing of it goes further.
 */
import {
  decode,
  type FrameEnvelope,
  openFrameBatch,
  type PreviewStamp,
  ProtocolError,
  parseTopic,
  type Reply,
  readPreviewStamp
} from '@vedette/protocol'
import type { Write } from '../write.ts'
import { Sequences } from './sequences.ts'

/** Of the 100 ms that an event may wait for its commit (design 2.9); the rest is for the disk. */
export const GROUP_MS = 75
/** Beyond it the newest are refused: events come again because they were not receipted, the rest is best effort. */
export const WAITING = 20_000

export interface IngestOptions {
  /** All or nothing, on disk when it returns. */
  commit(writes: readonly Write[]): void
  /** Event numbers that are committed, whether new or known before. */
  receipt(box: string, spool: string, numbers: number[]): void
  bad(box: string, error: string): void
  frames(box: string, batch: FrameEnvelope): void
  preview(box: string, camera: string, picture: { jpeg: Uint8Array; stamp: PreviewStamp | null }): void
  reply(box: string, id: string, reply: Reply): void
  /** What the box said of its state could not be stored: it should say it again. */
  lost(box: string): void
  onError(error: unknown): void
}

export interface Packet {
  topic: string
  payload: Buffer
}

export class Ingest {
  readonly #options: IngestOptions
  #waiting: Write[] = []
  /** Boxes with a catalog among what waits. */
  readonly #newCatalogs = new Set<string>()
  readonly #lost = new Set<string>()
  #timer: NodeJS.Timeout | undefined
  readonly #sequences = new Sequences()
  #refused = 0
  #isStopped = false

  constructor(options: IngestOptions) {
    this.#options = options
  }

  get figures(): { messagesRefused: number; frameBatchesLost: number } {
    return { messagesRefused: this.#refused, frameBatchesLost: this.#sequences.lost }
  }

  receive(box: string, { topic, payload }: Packet): void {
    if (this.#isStopped) return
    try {
      this.#take(box, topic, payload)
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error
      this.#options.bad(box, error.message)
    }
  }

  /** Commits what waits, now. */
  flush(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    const writes = this.#waiting
    this.#waiting = []
    this.#newCatalogs.clear()
    if (writes.length === 0) return
    try {
      this.#options.commit(writes)
    } catch (error) {
      // Such as a full disk. Events are not receipted, so they come again; how a box is has to be asked for.
      for (const write of writes) this.#lose(write)
      this.#options.onError(error)
      return
    }
    for (const box of this.#lost) this.#options.lost(box)
    this.#lost.clear()
    for (const write of writes) {
      if (write.kind === 'events') {
        this.#options.receipt(
          write.box,
          write.spool,
          write.events.map((event) => event.n)
        )
      }
    }
  }

  stop(): void {
    this.flush()
    this.#isStopped = true
  }

  #take(box: string, topic: string, payload: Buffer): void {
    const parsed = parseTopic(topic)
    if (parsed === null) throw new ProtocolError('schema', `expected a topic of this protocol, received ${topic}`)
    const { channel, detail } = parsed
    switch (channel) {
      case 'up/presence':
        this.#wait({ kind: 'presence', box, message: decode(channel, payload) })
        break
      case 'up/inventory':
        this.#wait({ kind: 'inventory', box, message: decode(channel, payload) })
        break
      case 'up/catalog':
        this.#wait({ kind: 'catalog', box, message: decode(channel, payload) })
        this.#newCatalogs.add(box)
        break
      case 'up/reported':
        this.#wait({ kind: 'reported', box, message: decode(channel, payload) })
        break
      case 'up/health':
        this.#wait({ kind: 'health', box, message: decode(channel, payload) })
        break
      case 'up/tracks':
        this.#wait({ kind: 'tracks', box, message: decode(channel, payload) })
        break
      case 'up/events': {
        const { spool, events } = decode(channel, payload)
        this.#wait({ kind: 'events', box, spool, events })
        break
      }
      case 'up/frames':
        // They may name the catalog that has just come: what it says is known once it is stored.
        if (this.#newCatalogs.has(box)) this.flush()
        this.#takeFrames(box, openFrameBatch(payload))
        break
      case 'up/preview':
        this.#options.preview(box, detail ?? '', { jpeg: payload, stamp: readPreviewStamp(payload) })
        break
      case 'up/reply':
        this.#options.reply(box, detail ?? '', decode(channel, payload))
        break
      case 'up/log':
        decode(channel, payload)
        break
      case 'dn/desired':
      case 'dn/receipt':
      case 'dn/watch':
      case 'dn/command':
        throw new ProtocolError('schema', `expected a topic under up/, received ${topic}`)
    }
  }

  #takeFrames(box: string, batch: FrameEnvelope): void {
    this.#sequences.saw(box, batch.sequence)
    this.#options.frames(box, batch)
  }

  #wait(write: Write): void {
    if (this.#waiting.length >= WAITING) {
      this.#refused++
      this.#lose(write)
      return
    }
    this.#waiting.push(write)
    this.#timer ??= setTimeout(() => this.flush(), GROUP_MS)
  }

  #lose({ kind, box }: Write): void {
    if (kind === 'presence' || kind === 'inventory' || kind === 'catalog' || kind === 'reported') this.#lost.add(box)
  }
}
