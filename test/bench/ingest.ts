/** The console under 250 boxes with 1,000 cameras, beside its broker alone with a subscriber that looks at nothing. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Certificate, makeCertificate } from '../world/certificate.ts'
import { startConsole } from '../world/console.ts'
import { Operator } from '../world/operator.ts'
import { WorldProcess } from '../world/process.ts'
import { EventDelays } from './event_delays.ts'
import type { LoadResult } from './load.ts'
import { startNullBroker } from './null_broker.ts'
import { processTime } from './process_time.ts'
import { type Bench, cost } from './row.ts'

const BOXES = 250
/** Until the code that runs is the compiled one: on both sides, not measured. */
const WARM_UP_S = 5
const SECONDS = 20
const PAGE_LIMIT_MS = 300
const LOAD = fileURLToPath(new URL('load.ts', import.meta.url))

interface Loaded extends LoadResult {
  /** Of the process under load. */
  cores: number
}

export const ingest: Bench = {
  name: 'ingest',
  run: async () => {
    const folder = await mkdtemp(join(tmpdir(), 'vedette-bench-'))
    try {
      const tls = makeCertificate(folder)
      const names = Array.from({ length: BOXES }, (_, index) => ({ id: `box-${index}`, secret: 'none' }))
      const limit = await brokerAlone(folder, tls, names)
      const { delays, ...ours } = await ourConsole(folder, tls)
      const note =
        `TLS, ${SECONDS} s after ${WARM_UP_S} s, ${ours.messages} messages; QoS 1: ${ours.events} sent, ${ours.receipted} receipted; ` +
        `generator late by at most ${limit.lateMs} ms (alone), ${ours.lateMs} ms (console)`
      return [
        cost('ingest.250-boxes', { ours: ours.cores, limit: limit.cores, unit: 'cores', bar: 0.6, note }),
        cost('ingest.event-to-page.p99', {
          ours: delays.percentile(0.99),
          limit: PAGE_LIMIT_MS,
          unit: 'ms',
          bar: 1,
          note: `${delays.count} events at the page, p50 ${delays.percentile(0.5)} ms`
        })
      ]
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  }
}

async function brokerAlone(folder: string, tls: Certificate, boxes: Secret[]): Promise<Loaded> {
  const broker = await startNullBroker(tls)
  try {
    const { port, process } = broker
    return await load({ folder, tls, boxes, port, pid: process.pid, hasReceipts: false, onWarm: () => undefined })
  } finally {
    await broker.process.stop()
  }
}

async function ourConsole(folder: string, tls: Certificate): Promise<Loaded & { delays: EventDelays }> {
  const server = await startConsole({ dataDir: join(folder, 'console'), tls })
  const delays = new EventDelays()
  try {
    const operator = new Operator(server.url)
    if (server.signIn === undefined) throw new Error('expected a one-time link from a console without data, got none')
    await operator.welcome(server.signIn, 'bench', 'a long bench password')
    const boxes: Secret[] = []
    for (let index = 0; index < BOXES; index++) boxes.push(await operator.addBox(`box ${index}`))
    delays.follow(await operator.get('/live?fleet=1', { signal: delays.signal }))
    const { mqttPort: port, pid } = server
    return {
      ...(await load({ folder, tls, boxes, port, pid, hasReceipts: true, onWarm: () => delays.reset() })),
      delays
    }
  } finally {
    delays.stop()
    await server.stop()
  }
}

interface Secret {
  id: string
  secret: string
}

interface Loading {
  folder: string
  tls: Certificate
  boxes: Secret[]
  port: number
  /** Of the process under load. */
  pid: number
  hasReceipts: boolean
  onWarm(): void
}

async function load({ folder, tls, boxes, port, pid, hasReceipts, onWarm }: Loading): Promise<Loaded> {
  const file = join(folder, 'boxes.json')
  await writeFile(file, JSON.stringify(boxes))
  const generator = new WorldProcess({
    command: process.execPath,
    args: [LOAD, String(port), tls.cert, file, String(WARM_UP_S), String(SECONDS)],
    env: { RECEIPTS: hasReceipts ? '1' : '' }
  })
  try {
    await generator.line(/^connected$/, 60_000)
    generator.child.stdin?.write('go\n')
    await generator.line(/^warm$/)
    onWarm()
    const before = processTime(pid)
    const result = JSON.parse(await generator.line(/^\{/, 3000 * SECONDS)) as LoadResult
    // By the seconds of the load, not of the clock: a machine with too much to do serves the same load more slowly.
    const cores = (processTime(pid) - before) / SECONDS
    const lost = generator.lines.filter((line) => line.endsWith('was disconnected')).length
    if (result.acknowledged < result.events) {
      throw new Error(`expected ${result.events} messages of QoS 1 to be acknowledged, but ${result.acknowledged} were`)
    }
    if (lost > 0) throw new Error(`expected ${boxes.length} boxes to stay connected, but ${lost} were disconnected`)
    return { ...result, cores }
  } finally {
    await generator.stop(1000)
  }
}
