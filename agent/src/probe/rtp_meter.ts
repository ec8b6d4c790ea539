/** Counts what RTP and RTCP packets tell of a stream: frames, keyframes, loss, the camera's clock. Pure but for its sums. */

export interface StreamFigures {
  frames: number
  fps: number | null
  keyframes: number
  /** Longest time between two; null with fewer than two. */
  keyframeIntervalS: number | null
  /** Since the last keyframe, or since the beginning. */
  sinceKeyframeS: number
  /** Frames that are shown in another order than they are sent: B-frames. */
  reordered: number
  packets: number
  lost: number
  bitsPerSecond: number
  /** Camera's clock minus ours; null: it did not say. */
  clockAheadMs: number | null
}

/** Seconds from 1900, NTP's epoch, to 1970. */
const NTP_EPOCH_S = 2_208_988_800
const SENDER_REPORT = 200

export class RtpMeter {
  readonly #codec: string
  readonly #clockHz: number
  #packets = 0
  #bytes = 0
  #firstSequence: number | null = null
  #cycles = 0
  #lastSequence = 0
  #timestamp: number | null = null
  /** Ticks since the first frame, past 2^32 too. */
  #ticks = 0
  #lowest = 0
  #highest = 0
  #frames = 0
  #reordered = 0
  #keyframes: number[] = []
  #clockAheadMs: number | null = null

  constructor(codec: string, clockHz: number) {
    this.#codec = codec
    this.#clockHz = clockHz
  }

  rtp(packet: Buffer): void {
    const payload = payloadOf(packet)
    if (payload === null) return
    this.#packets++
    this.#bytes += packet.length
    this.#count(packet.readUInt16BE(2))
    const timestamp = packet.readUInt32BE(4)
    if (timestamp !== this.#timestamp) this.#frame(timestamp)
    if (isKeyframe(this.#codec, payload) && this.#keyframes.at(-1) !== this.#ticks) this.#keyframes.push(this.#ticks)
  }

  /** RFC 3550 section 6.4.1: the wall clock is at 8. */
  rtcp(packet: Buffer, receivedMs: number): void {
    if (packet.length < 16 || packet[1] !== SENDER_REPORT) return
    const [seconds, fraction] = [packet.readUInt32BE(8), packet.readUInt32BE(12)]
    if (seconds === 0) return
    this.#clockAheadMs = (seconds - NTP_EPOCH_S) * 1000 + (fraction / 2 ** 32) * 1000 - receivedMs
  }

  get figures(): StreamFigures {
    const seconds = (this.#highest - this.#lowest) / this.#clockHz
    const gaps = this.#keyframes.slice(1).map((at, i) => (at - this.#keyframes[i]!) / this.#clockHz)
    const expected =
      this.#firstSequence === null ? 0 : this.#cycles * 65_536 + this.#lastSequence - this.#firstSequence + 1
    return {
      frames: this.#frames,
      fps: this.#frames > 1 && seconds > 0 ? (this.#frames - 1) / seconds : null,
      keyframes: this.#keyframes.length,
      keyframeIntervalS: gaps.length === 0 ? null : Math.max(...gaps),
      sinceKeyframeS: (this.#highest - (this.#keyframes.at(-1) ?? this.#lowest)) / this.#clockHz,
      reordered: this.#reordered,
      packets: this.#packets,
      lost: Math.max(0, expected - this.#packets),
      bitsPerSecond: seconds > 0 ? (this.#bytes * 8) / seconds : 0,
      clockAheadMs: this.#clockAheadMs
    }
  }

  #count(sequence: number): void {
    this.#firstSequence ??= sequence
    if (this.#packets > 1 && sequence < this.#lastSequence && this.#lastSequence - sequence > 32_768) this.#cycles++
    this.#lastSequence = sequence
  }

  #frame(timestamp: number): void {
    if (this.#timestamp !== null) this.#ticks += (timestamp - this.#timestamp) | 0
    if (this.#ticks < this.#highest) this.#reordered++
    this.#lowest = Math.min(this.#lowest, this.#ticks)
    this.#highest = Math.max(this.#highest, this.#ticks)
    this.#timestamp = timestamp
    this.#frames++
  }
}

/** Behind the header, its contributing sources and its extension; null when it is not RTP version 2. */
function payloadOf(packet: Buffer): Buffer | null {
  if (packet.length < 12 || packet[0]! >> 6 !== 2) return null
  let at = 12 + (packet[0]! & 0x0f) * 4
  if ((packet[0]! & 0x10) !== 0) {
    if (packet.length < at + 4) return null
    at += 4 + packet.readUInt16BE(at + 2) * 4
  }
  return packet.length > at ? packet.subarray(at) : null
}

/** RFC 6184 (H.264) and RFC 7798 (H.265): single units, aggregates, and the first of a fragmented unit. */
function isKeyframe(codec: string, payload: Buffer): boolean {
  if (codec === 'H264') {
    const isKey = (byte: number) => (byte & 0x1f) === 5
    const type = payload[0]! & 0x1f
    if (type === 24) return aggregated(payload, 1).some(isKey)
    if (type === 28) return payload.length > 1 && (payload[1]! & 0x80) !== 0 && isKey(payload[1]!)
    return isKey(payload[0]!)
  }
  if (codec === 'H265') {
    const isKeyType = (type: number) => type >= 16 && type <= 21
    const type = (payload[0]! >> 1) & 0x3f
    if (type === 48) return aggregated(payload, 2).some((byte) => isKeyType((byte >> 1) & 0x3f))
    if (type === 49) return payload.length > 2 && (payload[2]! & 0x80) !== 0 && isKeyType(payload[2]! & 0x3f)
    return isKeyType(type)
  }
  return codec === 'JPEG'
}

/** First byte of each unit. */
function aggregated(payload: Buffer, from: number): number[] {
  const first: number[] = []
  for (let at = from; at + 2 < payload.length; at += 2 + payload.readUInt16BE(at)) first.push(payload[at + 2]!)
  return first
}
