/** The agent: what exists, who is told what. Without the process: signals and exit codes are the command line's. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Desired, Id } from '@vedette/protocol'
import pack from '../package.json' with { type: 'json' }
import { boxCommands } from './box_commands.ts'
import { BoxInventory } from './box_inventory.ts'
import { BoxKey, type Password } from './desired/credential.ts'
import { passwordsOf } from './desired/passwords.ts'
import { DesiredRunner } from './desired/runner.ts'
import type { Running } from './desired/steps.ts'
import { engineEntry } from './engine_entry.ts'
import { engineNews } from './engine_news.ts'
import { readMachine } from './host/machine.ts'
import { readMemory, whyCramped } from './host/memory_room.ts'
import { HostReadings } from './host/readings.ts'
import { treeAt } from './host/tree.ts'
import { type HealthPage, startHttp } from './http/server.ts'
import { localDesired, localReferences } from './local_desired.ts'
import type { Log } from './log.ts'
import { modelFilesOfBox } from './model_files_of_box.ts'
import { BoxModels } from './models/box_models.ts'
import { Engine } from './pipeline/engine.ts'
import { engineConfig } from './pipeline/engine_config.ts'
import type { EngineStats } from './pipeline/status.ts'
import { boxMetrics, healthPage } from './report/box_pages.ts'
import { CameraEvents } from './report/camera_events.ts'
import { Crashes } from './report/crashes.ts'
import { ModelStates } from './report/model_states.ts'
import { reported } from './report/reported.ts'
import { Vitals } from './report/vitals.ts'
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
  const stopping = new AbortController()
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  if (settings.console) options.log.redact(settings.console.secret.reveal())

  const key = await BoxKey.load(dataDir)
  const machine = await readMachine(treeAt(), process.arch, stopping.signal)
  const indices = new CameraIndices(join(dataDir, 'cameras.json'))
  const readings = new HostReadings(dataDir)
  const vitals = new Vitals<EngineStats>()
  const modelStates = new ModelStates()
  const cameraEvents = new CameraEvents()
  const crashes = new Crashes({ directory: join(dataDir, 'crashes'), clean: options.log.clean })
  const unlisten = options.log.listen(({ at, level, message }) => crashes.line(`${at} ${level} ${message}`))
  /** By index, as in the catalog that frames name. */
  let cameras: readonly (string | null)[] = []

  const models = new BoxModels({
    directory: join(dataDir, 'models'),
    console: settings.console && {
      url: settings.console.url,
      box: box.id,
      secret: settings.console.secret.reveal(),
      caFile: settings.console.ca
    },
    packages: settings.models,
    trialMs: settings.modelTrialS * 1000,
    files: modelFilesOfBox({ settings, machine, engineEntry: engineEntry(), changed: () => report(), log }),
    changed: () => report(),
    rolledBack: () => runner.again(),
    log
  })
  const runner = new DesiredRunner({
    directory: join(dataDir, 'desired'),
    onBox: {
      isOnDisk: (sha256) => models.get(sha256) !== undefined,
      isBuilt: (reference) => models.isBuilt(reference)
    },
    fetchModel: (reference, signal) => models.fetch(reference, signal),
    buildEngine: (reference, progress, signal) => models.build(reference, progress, signal),
    configure,
    changed: () => report(),
    applied(document) {
      uplink.emit({ kind: 'desired.applied', rev: document.rev }, 'info')
      void models.collect(document)
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
      diagnose: async () => ({
        health: health(),
        reported: report(),
        stats: vitals.stats,
        uplink: uplink.status,
        crashes: await crashes.list()
      })
    }),
    tap: (wanted, onPicture) => engine.tap(wanted, onPicture),
    listenLog: (listener) => options.log.listen(listener),
    troubled: () => void report(),
    desired: (payload) =>
      void runner.offer(payload).catch((error: Error) => log.error(`desired state: ${error.message}`)),
    log
  })

  const engine: Engine = new Engine(
    {
      entry: engineEntry(),
      adapts: settings.pipeline.adapt,
      ...(options.addon === undefined ? {} : { addon: options.addon }),
      whyCramped: async ({ pipeline }, enginePid) => {
        const configs = pipeline.stages.map(({ config }) => config)
        return whyCramped(await readMemory(enginePid, configs, stopping.signal))
      },
      log(line) {
        log.info({ from: 'engine' }, line)
        models.readLog(line)
      }
    },
    engineNews({
      uplink,
      models,
      vitals,
      cameraEvents,
      crashes,
      states: () => Object.fromEntries([...engine.cameras].map(([id, { state }]) => [id, state])),
      cameras: () => cameras,
      report: () => void report(),
      inventory: (pipeline) => inventory.engineSaid(pipeline),
      log
    })
  )

  const inventory = new BoxInventory({
    agentVersion: pack.version,
    publicKey: key.publicKey,
    machine,
    ...(options.addon === undefined ? {} : { addon: options.addon }),
    publish: (found) => uplink.setInventory(found),
    trouble: (message) => log.warn(message)
  })

  /** Makes it so; in words why something else runs instead. */
  function configure(running: Running, document: Desired): string {
    const passwords = passwordsOf(running.cameras, key, localPassword)
    for (const { user, password } of passwords.values()) options.log.redact(password, user)
    // What was seen so far is of the model that runs, not of the one that is selected now.
    models.seen(vitals.takeSeen())
    const { model, instead } = models.select(running.model)
    const ids = Object.keys(running.cameras)
    indices.include(ids)
    cameraEvents.keep(ids)
    const catalog = makeCatalog({
      cameras: indices.list(ids),
      classes: model?.labels ?? [],
      model: model && named(model)
    })
    const compared = models.compared(running.compare)
    const config = engineConfig({
      cameras: running.cameras,
      analysis: { ...document.analysis, interval: running.interval, tracker: running.tracker },
      model,
      secondaries: models.secondaries(running.secondaries),
      compared,
      indexOf: (id) => indices.of(id),
      passwordOf: (id) => passwords.get(id),
      settings: settings.pipeline
    })
    models.place(config.pipeline.stages, document)
    // Until another pipeline takes over, frames are of the one before, and so is what names them.
    engine.apply(config, () => {
      cameras = catalog.cameras
      vitals.compared = compared && {
        model: `${compared.model.name} ${compared.model.version}`,
        labels: catalog.classes
      }
      uplink.setCatalog(
        catalog,
        ids.filter((id) => running.cameras[id]!.frames === 'all')
      )
    })
    report()
    return [instead, models.leftOut].filter((words) => words !== '').join(' ')
  }

  function localPassword(id: Id): Password | null {
    const local = settings.console ? null : settings.cameras[id]?.credential
    return local ? { user: local.user, password: local.password.reveal() } : null
  }

  function report() {
    for (const change of modelStates.look(runner.wanted, models.facts, Date.now())) {
      if (change.state === 'waiting' || change.state === 'downloading') continue
      const isBad = change.state === 'failed' || change.state === 'rolled_back'
      uplink.emit({ kind: 'model.state', ...change }, isBad ? 'error' : 'info')
    }
    const { trouble } = uplink.status.spool
    const now = reported({
      atMs: Date.now(),
      desired: runner.status,
      cameras: engine.cameras,
      models: modelStates.states,
      engine: engine.status,
      troubles: [trouble ?? '', engine.strain].filter((words) => words !== '')
    })
    uplink.setReported(now)
    return now
  }

  async function tellHealth(): Promise<void> {
    const host = await readings.read(engine.status.pid, stopping.signal)
    const { spool, dropped } = uplink.status
    uplink.sendHealth(vitals.health(host, { spoolWaiting: spool.waiting, dropped }))
  }

  function health(): HealthPage {
    const { uptimeS, cameras } = vitals
    const facts = { reported: report(), uplink: uplink.status, uptimeS, cameras }
    return healthPage({ box: box.id, agentVersion: pack.version, ...facts })
  }

  const metrics = () =>
    boxMetrics({ uplink: uplink.status, engine: engine.status, states: engine.cameras, stats: vitals.stats })

  // In start order; stop is its mirror. What can fail for good (a package that does not read, a port in use) comes first.
  await models.start(localReferences)
  const alone = settings.console ? null : localDesired(settings, models.local)
  const http = await startHttp({ ...settings.http, health, metrics })
  uplink.start()
  engine.start()
  uplink.emit({ kind: 'agent.started', agentVersion: pack.version }, 'info')
  await inventory.start()
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
      inventory.stop()
      await runner.stop()
      await engine.stop()
      await models.stop()
      await uplink.stop()
      await http.stop()
      unlisten()
    }
  }
}

function named({ name, version, sha256 }: { name: string; version: string; sha256: string }) {
  return { name, version, sha256 }
}
