/**
 * The metadata path of 1,000 streams × 15 FPS × 12 objects: what the agent's uplink costs from packed frames to MQTT
 * bytes, in cores, beside the budget for engine and agent together.
 */
import { createHash } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { packFrames, Uplink } from '@vedette/agent'
import type { Catalog } from '@vedette/protocol'
import { eventually } from '../world/wait.ts'
import { startNullBroker } from './null_broker.ts'
import { type Bench, cost, type Row } from './row.ts'
import { FPS, OBJECTS, sceneFrame } from './scene.ts'

const CAMERAS = 1000
const SPAN_S = 6
const WARM_UP_S = 3
/** Frames of as many cameras come together as four engines would hand over every few milliseconds. */
const MESSAGE_FRAMES = 75
const BUDGET_CORES = 0.1
/** Encoding the scene takes this long at most; frames carry the time at which they are handed over. */
const PREPARE_MS = 25_000

const cameras = Array.from({ length: CAMERAS }, (_, index) => `camera-${index}`)
const catalog: Catalog = {
  v: 1,
  hash: createHash('sha256').update('bench').digest('hex'),
  cameras,
  classes: ['person', 'car', 'bicycle'],
  model: null
}

type Message = ReturnType<typeof packFrames>

export const metadata: Bench = {
  name: 'metadata',
  run: async () => {
    const folder = await mkdtemp(join(tmpdir(), 'vedette-bench-'))
    const broker = await startNullBroker()
    const uplink = makeUplink(folder, `mqtt://127.0.0.1:${broker.port}`)
    try {
      uplink.start()
      await eventually('the uplink to be online', 10_000, () => uplink.status.session?.state === 'online')
      uplink.setCatalog(catalog, [])
      const beginsMs = Date.now() + PREPARE_MS
      const messages = makeMessages(beginsMs, WARM_UP_S + 2 * SPAN_S)
      if (Date.now() > beginsMs) throw new Error(`expected the scene within ${PREPARE_MS} ms: the machine is too busy`)
      const span = (fromS: number, seconds: number) => hand(uplink, messages, beginsMs, fromS, seconds)
      await span(0, WARM_UP_S)
      const unwatched = await span(WARM_UP_S, SPAN_S)
      uplink.setCatalog(catalog, cameras)
      const watched = await span(WARM_UP_S + SPAN_S, SPAN_S)
      const note = `uplink only (tracks, spool, MQTT.js, no TLS), in steady tracks; not in it: the addon's packing and the pipe between engine and agent. dropped: ${uplink.status.dropped}`
      return [row('metadata.unwatched', unwatched, note), row('metadata.all-frames-sent', watched, note)]
    } finally {
      // Says that it is offline, as it shall.
      await uplink.stop()
      await broker.process.stop()
      await rm(folder, { recursive: true, force: true })
    }
  }
}

function row(name: string, ours: number, note: string): Row {
  return cost(name, { ours, limit: BUDGET_CORES, unit: 'cores', bar: 1, note })
}

function makeUplink(dataDir: string, url: string): Uplink {
  const refuse = () => {
    throw new Error('expected no command from a broker without subscribers')
  }
  return new Uplink({
    dataDir,
    connection: { box: 'bench', url, root: 'vedette', secret: 'none', caFile: null },
    spool: { maxBytes: 64 * 1024 * 1024, maxAgeMs: 3_600_000 },
    commands: { announce: refuse, restart: refuse, snapshot: refuse, diagnose: refuse, 'log-level': refuse },
    tap: () => ({ close: () => undefined }),
    listenLog: () => () => undefined,
    desired: () => undefined,
    log: { info: () => undefined, warn: (message) => console.error(`metadata: ${message}`) }
  })
}

/** Message i is due at i × MESSAGE_FRAMES / (CAMERAS × FPS) seconds. */
function makeMessages(beginsMs: number, seconds: number): Message[] {
  const count = Math.ceil((seconds * CAMERAS * FPS) / MESSAGE_FRAMES)
  return Array.from({ length: count }, (_, message) =>
    packFrames(
      Array.from({ length: MESSAGE_FRAMES }, (_, i) => {
        const at = (message * MESSAGE_FRAMES) / (CAMERAS * FPS)
        const camera = (message * MESSAGE_FRAMES + i) % CAMERAS
        return { camera, objects: OBJECTS, bytes: sceneFrame(camera, Math.round(beginsMs + at * 1000), at) }
      })
    )
  )
}

/** Hands a span of messages over, each when it is due; cores of this process meanwhile. */
async function hand(uplink: Uplink, messages: Message[], beginsMs: number, fromS: number, seconds: number) {
  const perSecond = (CAMERAS * FPS) / MESSAGE_FRAMES
  let next = Math.round(fromS * perSecond)
  const end = Math.round((fromS + seconds) * perSecond)
  await pause(Math.max(0, beginsMs + fromS * 1000 - Date.now()))
  const cpu = process.cpuUsage()
  const began = performance.now()
  while (next < end) {
    while (next < end && next / perSecond <= (Date.now() - beginsMs) / 1000) uplink.frames(messages[next++]!)
    await pause(1)
  }
  const { user, system } = process.cpuUsage(cpu)
  return (user + system) / 1000 / (performance.now() - began)
}
