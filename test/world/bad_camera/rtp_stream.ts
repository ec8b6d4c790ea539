/** A film on its way to one client, picture by picture in real time, and what the script does to it. */
import { type Film, type FilmName, FPS, TICKS_A_SECOND } from './film.ts'
import type { Change, Script } from './script.ts'

const EVERY_MS = 20
/** Packet type of RTCP BYE (RFC 3550, 6.6). */
const BYE = 203

export interface StreamOptions {
  script: Script
  film(name: FilmName): Film
  random(): number
  /** Who connects from now on is told of the new film. */
  changed(film: FilmName): void
  send(kind: 'rtp' | 'rtcp', packet: Buffer): void
  close(): void
}

export class RtpStream {
  readonly #options: StreamOptions
  #film: Film
  #next: number
  #began = performance.now()
  #sent = 0
  /** RTP time at which the film began this time round. */
  #base: number
  #ssrc: number
  #sequence: number
  #timer: NodeJS.Timeout | null = null
  #waiting: { at: number; packets: Buffer[] }[] = []
  #hasChanged = false
  #isOver = false

  constructor(options: StreamOptions) {
    this.#options = options
    const { script, random } = options
    this.#film = options.film(script.film)
    this.#next = script.joinsLate ? FPS : 0
    this.#base = script.firstTick ?? Math.floor(random() * 2 ** 31)
    this.#ssrc = Math.floor(random() * 2 ** 32)
    this.#sequence = Math.floor(random() * 2 ** 16)
  }

  start(): void {
    this.#began = performance.now()
    this.#timer = setInterval(() => this.#sendDue(), EVERY_MS)
  }

  stop(): void {
    if (this.#timer) clearInterval(this.#timer)
    this.#timer = null
  }

  #sendDue(): void {
    const now = performance.now()
    const { after } = this.#options.script
    if (after && !this.#hasChanged && now - this.#began > after.seconds * 1000) {
      this.#hasChanged = true
      this.#change(after.change)
    }
    while (!this.#isOver && this.#began + (this.#sent * 1000) / FPS <= now) this.#take(now)
    if (this.#options.script.isOvertaken) this.#waiting.sort((a, b) => a.at - b.at)
    // Else in order, whatever their delays: a late picture holds up those behind it, as TCP does.
    while (this.#waiting.length > 0 && this.#waiting[0]!.at <= now)
      for (const packet of this.#waiting.shift()!.packets) this.#send(packet)
  }

  #take(now: number): void {
    const { jitterMs = 0, clockNoiseS = 0 } = this.#options.script
    const { random } = this.#options
    const noise = Math.round((random() * 2 - 1) * clockNoiseS * TICKS_A_SECOND)
    const packets = this.#film.pictures[this.#next]!.map((packet) => this.#stamped(packet, noise))
    this.#waiting.push({ at: now + random() * jitterMs, packets })
    this.#sent++
    if (++this.#next === this.#film.pictures.length) {
      this.#next = 0
      this.#base += this.#film.ticks
    }
  }

  #stamped(packet: Buffer, noise: number): Buffer {
    const own = Buffer.from(packet)
    own.writeUInt16BE(this.#sequence++ & 0xffff, 2)
    own.writeUInt32BE((this.#base + packet.readUInt32BE(4) + noise) >>> 0, 4)
    own.writeUInt32BE(this.#ssrc, 8)
    return own
  }

  #send(packet: Buffer): void {
    const { loss = 0 } = this.#options.script
    if (this.#options.random() >= loss) this.#options.send('rtp', packet)
  }

  #change(change: Change): void {
    switch (change.do) {
      case 'stop':
        this.#isOver = true
        break
      case 'close':
        this.#isOver = true
        this.#options.close()
        break
      case 'bye':
        this.#isOver = true
        this.#options.send('rtcp', this.#bye())
        break
      case 'jump':
        this.#base += change.seconds * TICKS_A_SECOND
        break
      case 'ssrc':
        this.#ssrc = Math.floor(this.#options.random() * 2 ** 32)
        this.#sequence = Math.floor(this.#options.random() * 2 ** 16)
        this.#begin(this.#film, Math.floor(this.#options.random() * 2 ** 31))
        break
      case 'film':
        this.#options.changed(change.film)
        this.#begin(this.#options.film(change.film), this.#base + this.#film.ticks)
        break
      default:
        change satisfies never
    }
  }

  #begin(film: Film, base: number): void {
    this.#film = film
    this.#next = 0
    this.#base = base
  }

  /** An empty receiver report and a BYE: RTCP packets come in pairs at least (RFC 3550, 6.1). */
  #bye(): Buffer {
    const packet = Buffer.alloc(16)
    packet.set([0x80, 201, 0, 1], 0)
    packet.writeUInt32BE(this.#ssrc, 4)
    packet.set([0x81, BYE, 0, 1], 8)
    packet.writeUInt32BE(this.#ssrc, 12)
    return packet
  }
}
