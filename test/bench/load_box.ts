/** One of many boxes with four cameras: says what a real one says, as often, from messages made once for all. */
import { createHash } from 'node:crypto'
import { encode, encodeBatchHeader, topic } from '@vedette/protocol'
import { connect, type MqttClient } from 'mqtt'
import { boxAt, FPS, OBJECTS, sceneFrame } from './scene.ts'

/** In ticks of 10 ms. */
const FRAMES_EVERY = 10
const SECOND = 100
const HEALTH_EVERY = 10 * SECOND
const CAMERAS = 4
/** One spool a box, with its number at the end. */
const SPOOL = '01KAJ3W8Y6V9T4Q2R7X5N1'

const hash = createHash('sha256').update('bench').digest('hex')
const cameras = Array.from({ length: CAMERAS }, (_, index) => `camera-${index}`)
const framesBodies = Array.from({ length: 10 }, (_, second) =>
  Buffer.concat(
    Array.from({ length: (CAMERAS * FPS) / 10 }, (_, i) => sceneFrame(i % CAMERAS, Date.now(), second + i / FPS))
  )
)
const tracks = cameras.flatMap((camera, c) =>
  Array.from({ length: OBJECTS }, (_, object) => ({
    camera,
    track: object + 1,
    label: 'person',
    confidence: 0.8,
    points: [0, 0.4, 0.8].map((at) => [at * 1000, ...boxAt(c, object, at).map(fourDigits)])
  }))
)

/** As the agent rounds them (agent/src/uplink). */
function fourDigits(value: number): number {
  return Math.round(value * 10_000) / 10_000
}

export class LoadBox {
  messages = 0
  events = 0
  /** Events that the broker has. */
  acknowledged = 0
  receipted = 0
  readonly #id: string
  readonly #secret: string
  readonly #phase: number
  readonly #spool: string
  #client: MqttClient | null = null
  #sequence = 0

  constructor(id: string, secret: string, index: number) {
    this.#id = id
    this.#secret = secret
    // Spread evenly, as boxes that began at any time are.
    this.#phase = (index * 37) % HEALTH_EVERY
    this.#spool = `${SPOOL}${String(index).padStart(4, '0')}`
  }

  async connect(url: string, ca: Buffer): Promise<void> {
    const client = connect(url, {
      ca,
      clientId: this.#id,
      username: this.#id,
      password: this.#secret,
      reconnectPeriod: 0
    })
    await new Promise<void>((resolve, reject) => {
      client.once('connect', () => resolve())
      client.once('error', reject)
    })
    client.on('message', (name, payload) => {
      if (!name.endsWith('dn/receipt')) return
      const { ranges } = JSON.parse(payload.toString()) as { ranges: [number, number][] }
      for (const [from, to] of ranges) this.receipted += to - from + 1
    })
    client.on('close', () => console.log(`${this.#id} was disconnected`))
    await client.subscribeAsync(topic(this.#id, 'dn/receipt'), { qos: 1 })
    this.#client = client
    const since = new Date().toISOString()
    this.#send('up/presence', encode('up/presence', { v: 1, session: this.#spool, online: true, since }))
    this.#send('up/catalog', encode('up/catalog', { v: 1, hash, cameras, classes: ['person'], model: null }))
  }

  tick(tick: number): void {
    const mine = tick + this.#phase
    if (mine % FRAMES_EVERY === 0) this.#frames()
    if (mine % SECOND === 0) {
      this.#send('up/tracks', JSON.stringify({ v: 1, from: now(), tracks }))
      this.#event()
    }
    if (mine % HEALTH_EVERY === 0) this.#send('up/health', health())
  }

  #frames(): void {
    const header = encodeBatchHeader(hash, ++this.#sequence)
    this.#send('up/frames', Buffer.concat([header, framesBodies[this.#sequence % framesBodies.length]!]))
  }

  #event(): void {
    const isLost = this.events++ % 2 === 0
    const event = {
      kind: 'camera.state' as const,
      camera: 'camera-0',
      state: isLost ? ('backing_off' as const) : ('live' as const),
      was: isLost ? ('live' as const) : ('backing_off' as const),
      reason: 'bench',
      n: this.events,
      at: now(),
      severity: 'info' as const
    }
    this.#send('up/events', encode('up/events', { v: 1, spool: this.#spool, events: [event] }))
  }

  #send(channel: Parameters<typeof topic>[1], payload: string | Buffer): void {
    const isQos1 = /presence|catalog|events/.test(channel)
    const retain = /presence|catalog/.test(channel)
    this.#client?.publish(topic(this.#id, channel), payload, { qos: isQos1 ? 1 : 0, retain }, (error) => {
      if (!error && channel === 'up/events') this.acknowledged++
    })
    this.messages++
  }
}

function now(): string {
  return new Date().toISOString()
}

function health(): string {
  const camera = {
    fps: 15,
    analysedFps: FPS,
    latencyMsP50: 60,
    latencyMsP99: 140,
    lastFrameAgeMs: 20,
    dropped: 0,
    bitsPerSecond: 2_000_000,
    objectsPerFrame: OBJECTS
  }
  return encode('up/health', {
    v: 1,
    at: now(),
    uptimeS: 1000,
    cpuPercent: 50,
    loadPerCore: 0.5,
    memoryUsedBytes: 2_000_000_000,
    memoryTotalBytes: 8_000_000_000,
    agentRssBytes: 100_000_000,
    engineRssBytes: 400_000_000,
    diskUsedBytes: 10_000_000_000,
    diskTotalBytes: 64_000_000_000,
    temperatureC: 50,
    gpu: [],
    clock: { synchronised: true, uncertaintyMs: 1 },
    spoolWaiting: 0,
    dropped: 0,
    inferMs: 10,
    cameras: Object.fromEntries(cameras.map((id) => [id, camera]))
  })
}
