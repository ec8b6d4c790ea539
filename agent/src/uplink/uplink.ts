/** What the box says and hears: composes session, spool, leases and senders. Works the same with no network. */
import { join } from 'node:path'
import {
  type Catalog,
  type ChannelName,
  type Command,
  decode,
  type EventBody,
  encode,
  type Health,
  type Inventory,
  type Reported,
  type Severity,
  VERSION
} from '@vedette/protocol'
import { type CommandHandlers, Commands } from './commands.ts'
import { EventSender } from './event_sender.ts'
import { FrameSender, type PackedFrames } from './frame_sender.ts'
import { type Leased, Leases } from './leases.ts'
import { type Line, LogLines } from './log_lines.ts'
import { Previews, type PreviewsOptions } from './previews.ts'
import { Retained } from './retained.ts'
import type { TrackWatcher } from './seen_objects.ts'
import { type Connection, Session, type SessionStatus } from './session.ts'
import { Spool, type SpoolStatus } from './spool.ts'
import type { SpoolTenant } from './spool_tenant.ts'
import { Tracks } from './tracks.ts'

/** Above these many bytes that the network has not taken, best-effort messages are dropped; previews first. */
const PREVIEW_BYTES = 64 * 1024
const FRAME_BYTES = 256 * 1024
const HEALTH_BYTES = 1024 * 1024

export interface UplinkOptions {
  dataDir: string
  /** Null for a box without a console: events are stored, nothing is sent. */
  connection: Connection | null
  spool: { maxBytes: number; maxAgeMs: number; tenant?: SpoolTenant }
  /** Of events; default: the system's, of unknown quality. */
  clock?: { now(): number; uncertaintyMs(): number | null }
  commands: CommandHandlers
  tap: PreviewsOptions['tap']
  /** Looks at tracks frame by frame. */
  watcher?: TrackWatcher
  listenLog(listener: (line: Line) => void): () => void
  /** A `dn/desired`, as it came: who applies it checks it. */
  desired(payload: Uint8Array): void
  /** An event was added to the spool; what is added meanwhile is committed with it. */
  emitted?(event: EventBody, severity: Severity): void
  /** Events can no longer be stored, or can again: `status` says which. */
  troubled?(): void
  log: { info(message: string): void; warn(message: string): void }
}

export interface UplinkStatus {
  session: SessionStatus | null
  spool: SpoolStatus
  dropped: number
  /** Messages that came and could not be understood. */
  refused: number
}

export class Uplink {
  readonly #options: UplinkOptions
  readonly #session: Session | null
  readonly #spool: Spool
  readonly #events: EventSender
  readonly #retained: Retained
  readonly #frames: FrameSender
  readonly #tracks: Tracks
  readonly #previews: Previews
  readonly #leases: Leases
  readonly #logs: LogLines
  readonly #commands: Commands
  #catalog: Catalog | null = null
  #alwaysFrames: readonly string[] = []
  #leased: Leased = { frames: [], previews: [], logs: false }
  #dropped = 0
  #refused = 0

  constructor(options: UplinkOptions) {
    this.#options = options
    const { log, connection, dataDir, clock } = options
    this.#session = connection && new Session(connection, this.#handlers())
    this.#spool = new Spool({
      file: join(dataDir, 'spool.db'),
      ...options.spool,
      ...(clock && { now: () => clock.now(), uncertaintyMs: () => clock.uncertaintyMs() }),
      changed: () => this.#events.changed(),
      trouble: (reason) => {
        if (reason === null) log.info('events are stored again')
        else log.warn(reason)
        options.troubled?.()
      }
    })
    this.#events = new EventSender({
      unreceipted: (limit) => (this.#session ? this.#spool.unreceipted(limit) : []),
      send: (events) =>
        this.#send('up/events', encode('up/events', { v: VERSION, spool: this.#spool.status().id!, events }))
    })
    this.#retained = new Retained((channel, payload) => this.#send(channel, payload))
    this.#frames = new FrameSender({
      send: (batch) => this.#sendBelow(FRAME_BYTES, 'up/frames', batch),
      dropped: (frames) => {
        this.#dropped += frames
      }
    })
    this.#tracks = new Tracks({
      nextId: () => this.#spool.nextTrackId(),
      event: (event, severity) => this.emit(event, severity),
      send: (message) => this.#bestEffort('up/tracks', message),
      dropped: (messages) => {
        this.#dropped += messages
      },
      damaged: (message) => log.warn(message),
      ...(options.watcher && { watcher: options.watcher })
    })
    this.#previews = new Previews({
      tap: options.tap,
      send: (camera, jpeg) => this.#sendBelow(PREVIEW_BYTES, 'up/preview', jpeg, camera),
      dropped: () => {
        this.#dropped++
      }
    })
    this.#leases = new Leases((leased) => this.#lease(leased))
    this.#logs = new LogLines(options.listenLog, (lines) =>
      this.#bestEffort('up/log', encode('up/log', { v: VERSION, lines }))
    )
    this.#commands = new Commands(join(dataDir, 'commands.json'), options.commands, (id, reply) => {
      this.#send('up/reply', encode('up/reply', reply), id)
    })
  }

  start(): void {
    this.#spool.start()
    this.#tracks.start()
    this.#session?.start()
  }

  async stop(): Promise<void> {
    this.#leases.stop()
    this.#frames.stop()
    this.#tracks.stop()
    this.#retained.stop()
    this.#events.offline()
    await this.#session?.stop()
    this.#spool.stop()
  }

  get status(): UplinkStatus {
    return {
      session: this.#session?.status ?? null,
      spool: this.#spool.status(),
      dropped: this.#dropped,
      refused: this.#refused
    }
  }

  emit(event: EventBody, severity: Severity): void {
    this.#spool.add(event, severity)
    this.#options.emitted?.(event, severity)
  }

  /** What the spool's tenant has to write is committed with the events emitted at the same moment. */
  commitSoon(): void {
    this.#spool.commitSoon()
  }

  /** The clock was set. */
  correctTimes(byMs: number): void {
    this.#spool.correct(byMs)
  }

  setInventory(inventory: Inventory): void {
    this.#retained.set('up/inventory', encode('up/inventory', inventory))
  }

  /** `alwaysFrames`: cameras whose frames go out whether leased or not. */
  setCatalog(catalog: Catalog, alwaysFrames: readonly string[]): void {
    this.#alwaysFrames = alwaysFrames
    if (catalog.hash !== this.#catalog?.hash) {
      this.#frames.name(catalog.hash)
      this.#tracks.name(catalog)
      this.#catalog = catalog
      this.#retained.set('up/catalog', encode('up/catalog', catalog))
      // Before the first frame that names it.
      this.#retained.flush()
    }
    this.#wantFrames()
  }

  setReported(reported: Reported): void {
    this.#retained.set('up/reported', encode('up/reported', reported))
  }

  sendHealth(health: Health): void {
    this.#bestEffort('up/health', encode('up/health', health))
  }

  frames(frames: PackedFrames & { objects: Uint32Array }): void {
    this.#tracks.add(frames, frames.objects, null)
    if (this.#session?.isOnline) this.#frames.add(frames)
  }

  /** What a strategy found: `findings` goes out as it is, `frames` is the same for tracks. */
  findings(strategy: string, findings: PackedFrames, frames: PackedFrames & { objects: Uint32Array }): void {
    this.#tracks.add(frames, frames.objects, strategy)
    if (this.#session?.isOnline) this.#frames.add(findings)
  }

  /** The tracker of this camera begins anew. */
  restartTracks(camera: string): void {
    this.#tracks.restart(camera)
  }

  announce(): void {
    this.#retained.sendAll()
  }

  #handlers(): ConstructorParameters<typeof Session>[1] {
    const { log } = this.#options
    return {
      online: (session) => {
        log.info(`online as session ${session}`)
        this.#dropped = 0
        this.#frames.newSession()
        this.#retained.sendAll()
        this.#events.online()
      },
      offline: (reason) => {
        log.warn(`offline: ${reason}`)
        this.#events.offline()
        this.#frames.stop()
        this.#leases.stop()
      },
      message: (channel, detail, payload) => {
        try {
          this.#message(channel, detail, payload)
        } catch (error) {
          this.#refused++
          throw error
        }
      },
      trouble: (message) => log.warn(message)
    }
  }

  #message(channel: ChannelName, detail: string | null, payload: Uint8Array): void {
    switch (channel) {
      case 'dn/desired':
        this.#options.desired(payload)
        return
      case 'dn/receipt': {
        const { spool, ranges } = decode('dn/receipt', payload)
        this.#spool.receive(spool, ranges)
        return
      }
      case 'dn/watch':
        this.#leases.renew(decode('dn/watch', payload))
        return
      case 'dn/command':
        this.#command(detail ?? '', decode('dn/command', payload))
        return
      default:
      // A box hears only its own `dn`.
    }
  }

  #command(id: string, command: Command): void {
    this.#options.log.info(`command ${id}: ${command.do.command}`)
    void this.#commands
      .take(id, command)
      .catch((error: Error) => this.#options.log.warn(`command ${id}: ${error.message}`))
  }

  #lease(leased: Leased): void {
    this.#leased = leased
    this.#wantFrames()
    this.#previews.want(leased.previews)
    this.#logs.want(leased.logs)
  }

  #wantFrames(): void {
    const ids = [...this.#leased.frames, ...this.#alwaysFrames]
    const cameras = this.#catalog?.cameras ?? []
    this.#frames.want(new Set(ids.map((id) => cameras.indexOf(id)).filter((index) => index >= 0)))
  }

  #bestEffort(channel: ChannelName, payload: string | Uint8Array): void {
    if (this.#session?.isOnline && !this.#sendBelow(HEALTH_BYTES, channel, payload)) this.#dropped++
  }

  #sendBelow(bytes: number, channel: ChannelName, payload: string | Uint8Array, detail?: string): boolean {
    return (this.#session?.writableLength ?? 0) < bytes && this.#send(channel, payload, detail)
  }

  #send(channel: ChannelName, payload: string | Uint8Array, detail?: string): boolean {
    return this.#session?.send(channel, payload, detail) ?? false
  }
}
