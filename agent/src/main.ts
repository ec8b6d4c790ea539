/** The agent: what exists, who is told what. Without the process: signals and exit codes are the command line's. */
import { join } from 'node:path'
import { clipped, type EventBody, type Severity } from '@vedette/protocol'
import pack from '../package.json' with { type: 'json' }
import { BoxAlerts } from './box/alerts.ts'
import { boxCommands } from './box/commands.ts'
import { openDataFolder } from './box/data_folder.ts'
import { engineNews } from './box/engine_news.ts'
import { boxEngine, boxImageEngine } from './box/engines.ts'
import { boxForHttp, guestSources } from './box/http.ts'
import { BoxInventory } from './box/inventory.ts'
import { localDesired, localReferences } from './box/local_desired.ts'
import { boxModels } from './box/models.ts'
import { BoxPipeline } from './box/pipeline.ts'
import { BoxReport } from './box/report.ts'
import { signsOfLife } from './box/signs_of_life.ts'
import { type BoxStrategies, boxStrategies } from './box/strategies.ts'
import { BoxUpkeep } from './box/upkeep.ts'
import { boxUplink } from './box/uplink.ts'
import { BoxKey } from './desired/credential.ts'
import { DesiredRunner } from './desired/runner.ts'
import { readMachine } from './host/machine.ts'
import { HostReadings } from './host/readings.ts'
import { treeAt } from './host/tree.ts'
import type { GuestSources } from './http/guest_sources.ts'
import type { HealthPage } from './http/routes/health.ts'
import { HttpServer } from './http/server.ts'
import type { Log } from './log.ts'
import type { EngineStats } from './pipeline/channel/status.ts'
import type { Engine } from './pipeline/engine.ts'
import { CameraEvents } from './report/camera_events.ts'
import { Crashes } from './report/crashes.ts'
import { statusLine } from './report/status_line.ts'
import { Vitals } from './report/vitals.ts'
import { CameraRules } from './rules/camera_rules.ts'
import type { Settings } from './settings.ts'
import type { Service } from './systemd/service_manager.ts'
import { CameraIndices } from './uplink/catalog.ts'
import type { Uplink } from './uplink/uplink.ts'

export interface AgentOptions {
  log: Log
  /** A command wants the process to end; a supervisor starts it again. */
  restart?(): void
  /** What is wrong around the agent, in words, such as a log file that cannot be written. */
  troubles?(): string[]
  /** For tests: a module that takes the native addon's place in the engine. */
  addon?: string
}

export interface Agent {
  httpPort: number
  health(): HealthPage
  /** For whoever watches over the process. */
  service: Service
  stop(): Promise<void>
}

export async function startAgent(given: Settings, options: AgentOptions): Promise<Agent> {
  const { log } = options.log
  const { addon } = options
  const data = openDataFolder(given.dataDir)
  if (data.words !== '') log.error(data.words)
  const settings = { ...given, dataDir: data.path }
  const { dataDir, box } = settings
  const stopping = new AbortController()
  if (settings.console) options.log.redact(settings.console.secret.reveal())
  if (settings.http.token) options.log.redact(settings.http.token.reveal())

  const key = await BoxKey.load(dataDir)
  const machine = await readMachine(treeAt(), process.arch, stopping.signal)
  const indices = new CameraIndices(join(dataDir, 'cameras.json'))
  const readings = new HostReadings(dataDir)
  const vitals = new Vitals<EngineStats>()
  const cameraEvents = new CameraEvents()
  const crashes = new Crashes({ directory: join(dataDir, 'crashes'), clean: options.log.clean })
  const unlisten = options.log.listen(({ at, level, message }) => crashes.line(`${at} ${level} ${message}`))

  const emit = (event: EventBody, severity: Severity): void => uplink.emit(event, severity)
  const changed = (): void => void report.tell()

  const rules = new CameraRules({ emit })
  const models = boxModels({ ...{ settings, machine, changed, log }, rolledBack: () => runner.again() })
  const runner = new DesiredRunner({
    directory: join(dataDir, 'desired'),
    onBox: {
      isOnDisk: (sha256) => models.get(sha256) !== undefined,
      isBuilt: (reference) => models.isBuilt(reference)
    },
    fetchModel: (reference, signal) => models.fetch(reference, signal),
    buildEngine: (reference, progress, signal) => models.build(reference, progress, signal),
    configure: (running, document) => {
      alerts.want(running.alerts)
      alerts.keepCameras(Object.keys(running.cameras))
      const instead = pipeline.configure(running, document)
      report.tell()
      return instead
    },
    changed,
    applied(document) {
      uplink.emit({ kind: 'desired.applied', rev: document.rev }, 'info')
      void models.collect(document)
    },
    refused: (rev, reason) => uplink.emit({ kind: 'desired.refused', rev, reason: clipped(reason) }, 'error'),
    log: (message) => log.warn(message)
  })
  const upkeep = new BoxUpkeep({
    ...{ settings, emit, changed, log },
    correctTimes: (byMs) => uplink.correctTimes(byMs),
    spareModels: () => models.spare(),
    family: () => inventory.family
  })
  const alerts = new BoxAlerts({
    ...{ settings, key, emit, log: options.log },
    cameraName: (id) => runner.wanted?.cameras[id]?.name ?? id,
    snapshot: (camera, limitMs) => engine.snapshot(camera, { limitMs }),
    commitSoon: () => uplink.commitSoon()
  })
  const uplink: Uplink = boxUplink({
    ...{ settings, tenant: alerts.book },
    emitted(event, severity) {
      alerts.emitted(event, severity)
      http.event(event, severity)
    },
    clock: upkeep.clock,
    commands: boxCommands({
      log: options.log,
      announce: () => uplink.announce(),
      restartEngine: (reason) => engine.restart(reason),
      restartAgent: () => options.restart?.(),
      snapshot: (camera) => engine.snapshot(camera, { limitMs: 5000 }),
      diagnose: () => report.diagnosis()
    }),
    tap: (wanted, onPicture) => engine.tap(wanted, onPicture),
    watcher: rules,
    listenLog: (listener) => options.log.listen(listener),
    troubled: changed,
    desired: (payload) =>
      void runner.offer(payload).catch((error: Error) => log.error(`desired state: ${error.message}`)),
    log
  })

  const guests: GuestSources = guestSources({ settings, log: options.log, again: () => pipeline.again() })
  const engine: Engine = boxEngine(
    { settings, addon, stopping: stopping.signal, said: (line) => models.readLog(line), log },
    engineNews({
      ...{ uplink, models, vitals, cameraEvents, crashes, guests, report: changed, log },
      states: () => Object.fromEntries([...engine.cameras].map(([id, { state }]) => [id, state])),
      cameras: () => pipeline.cameras,
      seen: (frames) => http.frames(frames, pipeline.names, null),
      happened: (event, severity) => http.event(event, severity),
      inventory: (pipeline) => inventory.engineSaid(pipeline)
    })
  )

  const inventory: BoxInventory = new BoxInventory({
    agentVersion: pack.version,
    publicKey: key.publicKey,
    machine,
    ...(addon === undefined ? {} : { addon }),
    publish: (found) => uplink.setInventory(found),
    trouble: (message) => log.warn(message)
  })

  const images = boxImageEngine({ settings, addon, log })
  const strategies: BoxStrategies = boxStrategies({
    ...{ settings, engine, uplink, guests, emit, report: changed, log },
    seen: (frames, strategy) => http.frames(frames, pipeline.names, strategy)
  })
  const pipeline = new BoxPipeline({
    ...{ settings, key, models, engine, images, uplink, guests, indices, vitals, cameraEvents, rules, strategies },
    log: options.log
  })
  const report = new BoxReport({
    ...{ settings, runner, models, engine, uplink, alerts, vitals, readings, crashes, guests, rules, upkeep, log },
    strategies,
    troubles: () => [data.words, ...(options.troubles?.() ?? [])]
  })
  const http: HttpServer = new HttpServer({
    ...{ ...settings.http, log },
    box: boxForHttp({ settings, report, runner, engine, images, guests, vitals, strategies, alerts })
  })

  // In start order; stop is its mirror. What can fail for good (a package that does not read, a port in use) comes first.
  await models.start(localReferences)
  const alone = settings.console ? null : localDesired(settings, models.local)
  const port = await http.start()
  uplink.start()
  await alerts.start()
  rules.start()
  engine.start()
  images.start()
  strategies.start()
  uplink.emit({ kind: 'agent.started', agentVersion: pack.version }, 'info')
  await inventory.start()
  await runner.start()
  if (alone) runner.accept(alone)
  report.start()
  upkeep.disk.start()
  log.info({ box: box.id, port }, `agent ${pack.version} started`)

  return {
    httpPort: port,
    health: () => report.health(),
    service: {
      signs: signsOfLife({ settings, engine, vitals, uplink, report }),
      status: () => statusLine(report.health())
    },
    async stop() {
      stopping.abort()
      report.stop()
      await upkeep.disk.stop()
      await runner.stop()
      inventory.stop()
      await images.stop()
      await strategies.stop()
      await engine.stop()
      rules.stop()
      await alerts.stop()
      await uplink.stop()
      await http.stop()
      await models.stop()
      unlisten()
      data.leave()
    }
  }
}
