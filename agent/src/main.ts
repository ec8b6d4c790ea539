/** The agent: what exists, who is told what. Without the process: signals and exit codes are the command line's. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Desired, type Health, VERSION } from '@vedette/protocol'
import pack from '../package.json' with { type: 'json' }
import { boxCommands } from './box_commands.ts'
import { BoxKey, type Password } from './desired/credential.ts'
import { DesiredRunner } from './desired/runner.ts'
import type { Running } from './desired/steps.ts'
import { readInventory } from './host/inventory.ts'
import { HostReadings } from './host/readings.ts'
import { type HealthPage, startHttp } from './http/server.ts'
import { localDesired, localReferences } from './local_desired.ts'
import type { Log } from './log.ts'
import { insteadOf, ModelSwitch } from './models/model_switch.ts'
import { ModelStore, type StoredModel } from './models/store.ts'
import { Engine } from './pipeline/engine.ts'
import { engineConfig } from './pipeline/engine_config.ts'
import type { EngineStats } from './pipeline/status.ts'
import { boxMetrics, healthPage } from './report/box_pages.ts'
import { cameraHealth, type Look } from './report/camera_health.ts'
import { pipelineInventory, severityOf, unknownPipeline } from './report/engine_words.ts'
import { ModelStates } from './report/model_states.ts'
import { reported } from './report/reported.ts'
import type { Settings } from './settings.ts'
import { CameraIndices, makeCatalog } from './uplink/catalog.ts'
import { Uplink } from './uplink/uplink.ts'

export interface AgentOptions {
  log: Log
  /** A command wants the process to end; a supervisor starts it again. */
  restart?(): void
  /** For tests: a module that takes the native addon's place in the engine. */
  addon?: string
}

export interface Agent {
  httpPort: number
  health(): HealthPage
  stop(): Promise<void>
}

const DAY_MS = 86_400_000

export async function startAgent(settings: Settings, options: AgentOptions): Promise<Agent> {
  const { log } = options.log
  const { dataDir, box } = settings
  const startedAt = Date.now()
  const stopping = new AbortController()
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  if (settings.console) options.log.redact(settings.console.secret.reveal())

  const key = await BoxKey.load(dataDir)
  const indices = new CameraIndices(join(dataDir, 'cameras.json'))
  const readings = new HostReadings(dataDir)
  const models = new ModelStates()
  const arrived = new Map<string, number>()
  const failures = new Map<string, string>()
  const objects: Record<string, number> = {}
  let rolledBack: { sha256: string; reason: string } | null = null
  let selected: { sha256: string; isRunning: boolean } | null = null
  let stats: EngineStats | null = null
  let lastLook: Look | null = null
  let seen = { frames: 0, objects: 0 }
  let lastHealth: Health['cameras'] = {}
  let catalogCameras: (string | null)[] = []
  /** Packages named by the settings, by the name that references to them carry. */
  const local = new Map<string, StoredModel>()
  const storedModel = (sha256: string) => local.get(sha256) ?? store.get(sha256)

  const store = new ModelStore({
    directory: join(dataDir, 'models'),
    console: settings.console && { url: settings.console.url, box: box.id, secret: settings.console.secret.reveal() },
    local: settings.models,
    progress(sha256, bytesDone) {
      arrived.set(sha256, bytesDone)
      report()
    },
    retrying: (_sha256, message) => log.warn(message)
  })
  const modelSwitch = new ModelSwitch({
    directory: join(dataDir, 'models'),
    trialMs: settings.modelTrialS * 1000,
    rolledBack(from, reason) {
      log.warn(`model ${from.name} ${from.version} was rolled back: ${reason}`)
      runner.again()
    },
    committed: (model) => log.info(`model ${model.name} ${model.version} is good`)
  })
  const engine = new Engine(
    {
      entry: engineEntry(),
      ...(options.addon === undefined ? {} : { addon: options.addon }),
      log: (line) => log.info({ from: 'engine' }, line)
    },
    {
      camera({ camera, state, was, reason }) {
        if (state !== was) {
          log.info({ camera, state, was }, reason)
          uplink.emit({ kind: 'camera.state', camera, state, was, reason: reason.slice(0, 2000) }, severityOf(state))
          uplink.restartTracks(camera)
        }
        report()
      },
      stats(now) {
        stats = now
        tellSeen()
      },
      frames(frames) {
        seen.frames += frames.cameras.length
        for (let i = 0; i < frames.cameras.length; i++) {
          const count = frames.objects[i]!
          seen.objects += count
          if (count === 0) continue
          const camera = catalogCameras[frames.cameras[i]!]
          if (camera) objects[camera] = (objects[camera] ?? 0) + count
        }
        uplink.frames(frames)
      },
      state({ state, reason, restarts }) {
        if (state === 'backing_off') {
          log.warn(reason)
          uplink.emit({ kind: 'engine.restarted', reason: reason.slice(0, 2000), restarts }, 'error')
          modelSwitch.fell()
        }
        if (state !== 'running') {
          if (selected) selected = { ...selected, isRunning: false }
          stats = null
          for (const camera of catalogCameras) if (camera) uplink.restartTracks(camera)
        }
        report()
      },
      error(error) {
        log[error.fatal ? 'error' : 'warn']({ element: error.element, debug: error.debug }, error.message)
        if (error.fatal) modelSwitch.failed(error)
      },
      running() {
        if (selected) selected = { ...selected, isRunning: true }
        modelSwitch.running()
        report()
      },
      capabilities: (capabilities) => {
        inventory(pipelineInventory(capabilities)).catch((error: Error) => log.warn(`inventory: ${error.message}`))
      }
    }
  )
  const runner = new DesiredRunner({
    directory: join(dataDir, 'desired'),
    isOnDisk: (sha256) => storedModel(sha256) !== undefined,
    async fetchModel(reference, signal) {
      failures.delete(reference.sha256)
      arrived.set(reference.sha256, await store.arrived(reference.sha256))
      report()
      try {
        await store.fetch(reference, signal)
      } catch (error) {
        if (!signal.aborted) failures.set(reference.sha256, (error as Error).message)
        throw error
      } finally {
        arrived.delete(reference.sha256)
        report()
      }
    },
    configure,
    changed: () => report(),
    applied(document) {
      uplink.emit({ kind: 'desired.applied', rev: document.rev }, 'info')
      const keep = Object.values(document.models).map(({ sha256 }) => sha256)
      if (modelSwitch.good) keep.push(modelSwitch.good.sha256)
      store.collect(keep).catch((error: Error) => log.warn(`old models could not be deleted: ${error.message}`))
    },
    refused: (rev, reason) => uplink.emit({ kind: 'desired.refused', rev, reason: reason.slice(0, 2000) }, 'error'),
    log: (message) => log.warn(message)
  })
  const uplink: Uplink = new Uplink({
    dataDir,
    connection: settings.console && {
      box: box.id,
      url: settings.console.mqtt,
      root: settings.console.root,
      secret: settings.console.secret.reveal(),
      caFile: settings.console.ca
    },
    spool: { maxBytes: settings.spool.maxBytes, maxAgeMs: settings.spool.maxAgeDays * DAY_MS },
    commands: boxCommands({
      log: options.log,
      announce: () => uplink.announce(),
      restartEngine: (reason) => engine.restart(reason),
      restartAgent: () => options.restart?.(),
      snapshot: (camera) => engine.snapshot(camera, { limitMs: 5000 }),
      diagnose: () => ({ health: health(), reported: report(), stats, uplink: uplink.status })
    }),
    tap: (wanted, onPicture) => engine.tap(wanted, onPicture),
    listenLog: (listener) => options.log.listen(listener),
    troubled: () => void report(),
    desired: (payload) =>
      void runner.offer(payload).catch((error: Error) => log.error(`desired state: ${error.message}`)),
    log
  })

  function tellSeen(): void {
    modelSwitch.seen(seen)
    seen = { frames: 0, objects: 0 }
  }

  function configure(running: Running, document: Desired): string {
    const passwords = passwordsOf(running)
    // What was seen so far is of the model that runs, not of the one that is selected now.
    tellSeen()
    const { model, rolledBack: back } = modelSwitch.select(running.model)
    rolledBack = back && { sha256: back.from.sha256, reason: back.reason }
    const stored = model === null ? undefined : storedModel(model.sha256)
    const ids = Object.keys(running.cameras)
    indices.include(ids)
    if (stored?.sha256 !== selected?.sha256) selected = stored ? { sha256: stored.sha256, isRunning: false } : null
    engine.apply(
      engineConfig({
        cameras: running.cameras,
        analysis: { ...document.analysis, interval: running.interval, tracker: running.tracker },
        model: stored ?? null,
        indexOf: (id) => indices.of(id),
        passwordOf: (id) => passwords.get(id),
        settings: settings.pipeline
      })
    )
    catalogCameras = indices.list(ids)
    const named = stored && { name: stored.name, version: stored.version, sha256: stored.sha256 }
    uplink.setCatalog(
      makeCatalog({ cameras: catalogCameras, classes: stored?.labels ?? [], model: named ?? null }),
      ids.filter((id) => running.cameras[id]!.frames === 'all')
    )
    report()
    return back === null ? '' : insteadOf(back, model)
  }

  function passwordsOf(running: Running): Map<string, Password> {
    const passwords = new Map<string, Password>()
    for (const [id, { credential }] of Object.entries(running.cameras)) {
      const local = settings.console ? null : settings.cameras[id]?.credential
      const password = credential
        ? key.unseal(credential.sealed)
        : local && { user: local.user, password: local.password.reveal() }
      if (!password) continue
      options.log.redact(password.password)
      passwords.set(id, password)
    }
    return passwords
  }

  function report() {
    const facts = {
      isOnDisk: (sha256: string) => storedModel(sha256) !== undefined,
      arrived,
      failures,
      rolledBack,
      selected
    }
    for (const change of models.look(runner.wanted, facts, Date.now())) {
      if (change.state === 'waiting' || change.state === 'downloading') continue
      const isBad = change.state === 'failed' || change.state === 'rolled_back'
      uplink.emit({ kind: 'model.state', ...change }, isBad ? 'error' : 'info')
    }
    const { cameras, status } = engine
    const { trouble } = uplink.status.spool
    const now = reported({
      ...{ atMs: Date.now(), desired: runner.status, cameras, models: models.states, engine: status },
      troubles: trouble === null ? [] : [trouble]
    })
    uplink.setReported(now)
    return now
  }

  async function inventory(pipeline: Parameters<typeof readInventory>[0]['pipeline']): Promise<void> {
    const input = { agentVersion: pack.version, publicKey: key.publicKey, pipeline }
    uplink.setInventory(await readInventory(input, stopping.signal))
  }

  async function tellHealth(): Promise<void> {
    const host = await readings.read(engine.status.pid, stopping.signal)
    const { spool, dropped } = uplink.status
    const look = { atMs: Date.now(), cameras: stats?.cameras ?? {}, objects: { ...objects } }
    const message: Health = {
      v: VERSION,
      at: new Date().toISOString(),
      uptimeS: Math.round((Date.now() - startedAt) / 1000),
      ...host,
      spoolWaiting: spool.waiting,
      dropped: dropped + (stats?.framesDropped ?? 0),
      inferMs: stats && stats.inferMs >= 0 ? stats.inferMs : null,
      cameras: cameraHealth(lastLook, look)
    }
    lastLook = look
    lastHealth = message.cameras
    uplink.sendHealth(message)
  }

  function health(): HealthPage {
    const now = report()
    const uptimeS = Math.round((Date.now() - startedAt) / 1000)
    const { version: agentVersion } = pack
    return healthPage({ box: box.id, agentVersion, uptimeS, reported: now, uplink: uplink.status, cameras: lastHealth })
  }

  const metrics = () => boxMetrics({ uplink: uplink.status, engine: engine.status, states: engine.cameras, stats })

  // In start order; stop is its mirror. What can fail for good (a package that does not read, a port in use) comes first.
  await store.start()
  for (const [reference, stored] of localReferences(store.local)) local.set(reference, stored)
  const alone = settings.console ? null : localDesired(settings, [...local.values()])
  const http = await startHttp({ ...settings.http, health, metrics })
  await modelSwitch.start()
  uplink.start()
  engine.start()
  uplink.emit({ kind: 'agent.started', agentVersion: pack.version }, 'info')
  await inventory(unknownPipeline)
  await runner.start()
  if (alone) runner.accept(alone)
  const healthTimer = setInterval(() => {
    tellHealth().catch((error: Error) => log.warn(`health could not be read: ${error.message}`))
  }, settings.healthIntervalS * 1000)
  void tellHealth()
  log.info({ box: box.id, port: http.port }, `agent ${pack.version} started`)

  return {
    httpPort: http.port,
    health,
    async stop() {
      clearInterval(healthTimer)
      stopping.abort()
      await runner.stop()
      await engine.stop()
      await modelSwitch.stop()
      await uplink.stop()
      await http.stop()
    }
  }
}

/** In the checkout the source runs as it is; what ships is bundled, with the engine beside the agent. */
function engineEntry(): string {
  const name = import.meta.url.endsWith('.ts') ? './pipeline/engine_main.ts' : './engine.js'
  return fileURLToPath(new URL(name, import.meta.url))
}
