/** A box without pixels for the metadata bench: engines as processes, and the agent's uplink in this one. */
import { createHash } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { Engine, type EngineConfig, Uplink } from '@vedette/agent'
import { detectorStage } from '@vedette/native/stage'
import type { Catalog } from '@vedette/protocol'
import { eventually } from '../world/wait.ts'
import type { LoadPlan, LoadSpent } from './metadata_addon.ts'
import { threadsTime } from './process_time.ts'

export interface BoxOptions {
  dataDir: string
  mqtt: string
  engines: number
  /** Of each engine. */
  plan: LoadPlan
}

/** Seconds of CPU time since the processes began. */
export interface Spent {
  /** Reading and packing metadata, in the engines. */
  readingS: number
  /** What else the engines do, without making the load. */
  engineS: number
  agentS: number
}

export class MetadataBox {
  readonly uplink: Uplink
  readonly #options: BoxOptions
  readonly #catalog: Catalog
  readonly #engines: Engine[]
  readonly #told = new Map<Engine, LoadSpent[]>()
  #frames = 0
  #interval = 1

  constructor(options: BoxOptions) {
    const cameras = Array.from({ length: options.engines * options.plan.cameras }, (_, index) => `camera-${index}`)
    const hash = createHash('sha256').update('bench').digest('hex')
    this.#options = options
    this.#catalog = { v: 1, hash, cameras, classes: ['person', 'car', 'bicycle'], model: null }
    this.uplink = makeUplink(options.dataDir, options.mqtt)
    this.#engines = Array.from({ length: options.engines }, () => this.#engine())
  }

  /** Frames that the engines have handed over. */
  get frames(): number {
    return this.#frames
  }

  async start(): Promise<void> {
    this.uplink.start()
    await eventually('the uplink to be online', 10_000, () => this.uplink.status.session?.state === 'online')
    this.uplink.setCatalog(this.#catalog, [])
    for (const engine of this.#engines) engine.start()
    this.#configure()
    const isReady = ({ cameras }: Engine) =>
      cameras.size === this.#options.plan.cameras && [...cameras.values()].every(({ state }) => state === 'live')
    await eventually('the cameras of all engines', 60_000, () => this.#engines.every(isReady))
  }

  async run(): Promise<void> {
    this.#interval++
    await this.spent()
  }

  sendAllFrames(): void {
    this.uplink.setCatalog(this.#catalog, this.#catalog.cameras as string[])
  }

  async spent(): Promise<Spent> {
    this.#told.clear()
    this.#interval += 2
    this.#configure()
    const told = await eventually('the CPU times of all engines', 10_000, () => {
      const all = this.#engines.flatMap((engine) => this.#told.get(engine) ?? [])
      return all.length === this.#engines.length && all
    })
    const { user, system } = process.cpuUsage()
    const sum = (values: number[]) => values.reduce((total, value) => total + value, 0)
    return {
      readingS: sum(told.map(({ readingS }) => readingS)),
      engineS: sum(this.#engines.map(({ status }) => threadsTime(status.pid!))) - sum(told.map(({ totalS }) => totalS)),
      agentS: (user + system) / 1e6
    }
  }

  async stop(): Promise<void> {
    await Promise.all(this.#engines.map((engine) => engine.stop()))
    await this.uplink.stop()
  }

  #engine(): Engine {
    const engine: Engine = new Engine(
      {
        entry: fileURLToPath(new URL('pipeline/process/engine_main.ts', import.meta.resolve('@vedette/agent'))),
        addon: fileURLToPath(new URL('metadata_addon.ts', import.meta.url)),
        env: { METADATA_LOAD: JSON.stringify(this.#options.plan) },
        log: (line) => {
          if (line.startsWith('{')) this.#told.set(engine, [JSON.parse(line) as LoadSpent])
          else console.error(`metadata: ${line}`)
        }
      },
      {
        frames: (frames) => {
          this.#frames += frames.cameras.length
          this.uplink.frames(frames)
        },
        error: ({ message }) => console.error(`metadata: ${message}`),
        camera: () => undefined,
        stats: () => undefined,
        state: ({ state, reason }) => {
          if (state === 'backing_off') console.error(`metadata: ${reason}`)
        },
        running: () => undefined,
        fell: () => undefined,
        switched: () => undefined,
        adapted: () => undefined,
        capabilities: () => undefined
      }
    )
    return engine
  }

  #configure(): void {
    const { plan } = this.#options
    for (const [index, engine] of this.#engines.entries()) {
      const ids = this.#catalog.cameras.slice(index * plan.cameras, (index + 1) * plan.cameras) as string[]
      engine.apply({
        pipeline: {
          family: 'cpu',
          maxSources: plan.cameras,
          batchedPushTimeoutUs: 40_000,
          width: 1920,
          height: 1080,
          // Never loaded; its interval starts and stops the load (metadata_addon.ts).
          stages: [detectorStage('none')],
          model: null,
          tracker: null,
          inferThreads: 1
        },
        interval: this.#interval,
        compares: false,
        classifies: false,
        cameras: Object.fromEntries(ids.map((id, i) => [id, camera(id, index * plan.cameras + i)]))
      })
    }
  }
}

function camera(name: string, index: number): EngineConfig['cameras'][string] {
  const input = { kind: 'push', width: 1920, height: 1080, format: 'I420' } as const
  return { enabled: true, filter: null, source: { name, index, input, policy: 'realtime', maxAnalysedFps: 0 } }
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
