/**
 * The metadata path of 1,000 streams × 15 FPS × 12 objects, in cores beside its budget: from the probe that reads a
 * batch, through the engines' JavaScript and the pipe, to MQTT bytes on a socket.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { MetadataBox, type Spent } from './metadata_box.ts'
import { startNullSocket } from './null_socket.ts'
import { type Bench, cost, type Row } from './row.ts'
import { FPS, OBJECTS } from './scene.ts'

const CAMERAS = 1000
/** A pipeline has 256 slots at most. */
const ENGINES = 4
/** What a mux with a part of its cameras ready hands on; with 250 of them one batch in 20 ms. */
const BATCH_FRAMES = 75
const BUDGET_CORES = 0.1
/** Tracks begin, code is compiled. */
const WARM_UP_MS = 8_000
const SPAN_MS = 2_000
const SPANS = 8

export const metadata: Bench = {
  name: 'metadata',
  run: async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'vedette-bench-'))
    const socket = await startNullSocket()
    const plan = { cameras: CAMERAS / ENGINES, fps: FPS, objects: OBJECTS, batchFrames: BATCH_FRAMES }
    const box = new MetadataBox({ dataDir, mqtt: `mqtt://127.0.0.1:${socket.port}`, engines: ENGINES, plan })
    try {
      await box.start()
      const idle = await best(box, 0)
      await box.run()
      await pause(WARM_UP_MS)
      const unwatched = await underLoad(box)
      box.sendAllFrames()
      await pause(WARM_UP_MS)
      const watched = await underLoad(box)
      return [row('metadata.unwatched', unwatched, idle), row('metadata.all-frames-sent', watched, idle)]
    } finally {
      await box.stop()
      await socket.process.stop()
      await rm(dataDir, { recursive: true, force: true })
    }
  }
}

/** Cores, and frames a second. */
type Span = { reading: number; engine: number; agent: number; rate: number }

const total = ({ reading, engine, agent }: Span) => reading + engine + agent

function row(name: string, busy: Span & { dropped: number }, idle: Span): Row {
  const { reading } = busy
  const engine = busy.engine - idle.engine
  const agent = busy.agent - idle.agent
  const note =
    `reading and packing ${reading.toFixed(3)}, the engines' JavaScript and the pipe ${engine.toFixed(3)}, ` +
    `agent (tracks, spool, MQTT.js, no TLS) ${agent.toFixed(3)}; ${ENGINES} engines, steady tracks, best of ${SPANS} ` +
    `spans of ${SPAN_MS / 1000} s; frames dropped: ${busy.dropped}; taken off: ${total(idle).toFixed(3)} without load`
  return cost(name, { ours: reading + engine + agent, limit: BUDGET_CORES, unit: 'cores', bar: 1, note })
}

async function underLoad(box: MetadataBox): Promise<Span & { dropped: number }> {
  const { dropped } = box.uplink.status
  const span = await best(box, 0.98 * CAMERAS * FPS)
  if (box.uplink.status.session?.state !== 'online') throw new Error('expected the uplink to stay online')
  return { ...span, dropped: box.uplink.status.dropped - dropped }
}

/** Of several spans with the whole load, the one that the rest of the machine disturbed least. */
async function best(box: MetadataBox, leastRate: number): Promise<Span> {
  const spans: Span[] = []
  for (let count = 0; count < SPANS; count++) {
    const from = await box.spent()
    const frames = box.frames
    const began = performance.now()
    await pause(SPAN_MS)
    const to = await box.spent()
    const seconds = (performance.now() - began) / 1000
    const cores = (part: keyof Spent) => (to[part] - from[part]) / seconds
    const rate = (box.frames - frames) / seconds
    spans.push({ reading: cores('readingS'), engine: cores('engineS'), agent: cores('agentS'), rate })
  }
  const whole = spans.filter(({ rate }) => rate >= leastRate)
  if (whole.length === 0) {
    const rates = spans.map(({ rate }) => Math.round(rate)).join(', ')
    throw new Error(`expected ${Math.round(leastRate)} frames a second, measured ${rates}: the machine is too busy`)
  }
  return whole.reduce((one, other) => (total(one) < total(other) ? one : other))
}
