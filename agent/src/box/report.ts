/** What the box says of itself: to the console as it changes and every few seconds, and on its own pages. */
import type { Health, Reported } from '@vedette/protocol'
import pack from '../../package.json' with { type: 'json' }
import type { DesiredRunner } from '../desired/runner.ts'
import type { HostHealth, HostReadings } from '../host/readings.ts'
import type { GuestSources } from '../http/guest_sources.ts'
import type { BoxMetrics } from '../http/metrics.ts'
import type { HealthPage } from '../http/routes/health.ts'
import type { Logger } from '../log.ts'
import type { BoxModels } from '../models/box_models.ts'
import type { EngineStats } from '../pipeline/channel/status.ts'
import type { Engine } from '../pipeline/engine.ts'
import { boxMetrics, healthPage } from '../report/box_pages.ts'
import type { Crashes } from '../report/crashes.ts'
import { ModelStates } from '../report/model_states.ts'
import { reported } from '../report/reported.ts'
import { withRules } from '../report/rule_counts.ts'
import type { Vitals } from '../report/vitals.ts'
import type { CameraRules } from '../rules/camera_rules.ts'
import type { Settings } from '../settings.ts'
import type { Uplink } from '../uplink/uplink.ts'
import type { BoxAlerts } from './alerts.ts'
import type { BoxStrategies } from './strategies.ts'
import type { BoxUpkeep } from './upkeep.ts'

export interface BoxReportOptions {
  settings: Settings
  runner: DesiredRunner
  models: BoxModels
  engine: Engine
  uplink: Uplink
  alerts: BoxAlerts
  vitals: Vitals<EngineStats>
  readings: HostReadings
  crashes: Crashes
  rules: CameraRules
  upkeep: BoxUpkeep
  /** What else is wrong, in words; empty ones do not count. */
  troubles(): string[]
  /** Streams that the console is not told of. */
  guests: GuestSources
  strategies: BoxStrategies
  log: Logger
}

export class BoxReport {
  readonly #options: BoxReportOptions
  readonly #stopping = new AbortController()
  readonly #modelStates = new ModelStates()
  #timer: NodeJS.Timeout | null = null
  /** As it was read last. */
  #host: HostHealth | null = null
  #strategies: NonNullable<Health['strategies']> = {}
  #looks = 0

  constructor(options: BoxReportOptions) {
    this.#options = options
  }

  start(): void {
    this.#timer = setInterval(() => this.#tellHealth(), this.#options.settings.healthIntervalS * 1000)
    this.#tellHealth()
  }

  stop(): void {
    if (this.#timer) clearInterval(this.#timer)
    this.#stopping.abort()
  }

  /** Health messages so far: what stands still is stuck. */
  get looks(): number {
    return this.#looks
  }

  /** Looks at everything again and tells the console what has changed. */
  tell(): Reported {
    const { runner, models, engine, uplink, upkeep, guests, troubles, strategies } = this.#options
    for (const change of this.#modelStates.look(runner.wanted, models.facts, Date.now())) {
      if (change.state === 'waiting' || change.state === 'downloading') continue
      const isBad = change.state === 'failed' || change.state === 'rolled_back'
      uplink.emit({ kind: 'model.state', ...change }, isBad ? 'error' : 'info')
    }
    const { trouble } = uplink.status.spool
    const now = reported({
      ...strategies.reported,
      atMs: Date.now(),
      desired: runner.status,
      cameras: new Map([...engine.cameras].filter(([id]) => !guests.has(id))),
      models: this.#modelStates.states,
      engine: engine.status,
      troubles: [trouble ?? '', ...troubles(), engine.strain, ...upkeep.words]
        .filter((words) => words !== '')
        .slice(0, 16)
    })
    uplink.setReported(now)
    return now
  }

  health(): HealthPage {
    const { settings, uplink, alerts, vitals, upkeep } = this.#options
    const { uptimeS, cameras } = vitals
    const more = { alerts: alerts.counts, levels: upkeep.wellness.levels, strategies: this.#strategies }
    const facts = { reported: this.tell(), uplink: uplink.status, uptimeS, cameras }
    return healthPage({ box: settings.box.id, agentVersion: pack.version, ...facts, ...more })
  }

  metrics(): BoxMetrics {
    const { engine, uplink, alerts, vitals } = this.#options
    const { stats, uptimeS, cameras: rates } = vitals
    const facts = { uplink: uplink.status, engine: engine.status, states: engine.cameras }
    return boxMetrics({ ...facts, stats, uptimeS, rates, host: this.#host, alerts: alerts.counts })
  }

  /** All that helps to find out what is wrong with a box. */
  async diagnosis() {
    const { uplink, vitals, crashes } = this.#options
    return {
      health: this.health(),
      reported: this.tell(),
      stats: vitals.stats,
      uplink: uplink.status,
      crashes: await crashes.list()
    }
  }

  #tellHealth(): void {
    this.#sendHealth().catch((error: Error) => {
      if (!this.#stopping.signal.aborted) this.#options.log.warn(`health could not be read: ${error.message}`)
    })
  }

  async #sendHealth(): Promise<void> {
    const { engine, uplink, alerts, vitals, readings, rules, upkeep, strategies } = this.#options
    const host = await readings.read(engine.status.pid, this.#stopping.signal)
    this.#host = host
    const { spool, dropped } = uplink.status
    upkeep.look(host.clock)
    const health = vitals.health(host, { spoolWaiting: spool.waiting, dropped })
    upkeep.wellness.look(health, vitals.stats?.cameras ?? {})
    const ofStrategies = strategies.health()
    this.#strategies = ofStrategies.strategies ?? {}
    uplink.sendHealth({
      ...withRules(health, rules.counts()),
      ...ofStrategies,
      alerts: alerts.counts,
      levels: upkeep.wellness.levels
    })
    this.#looks++
    this.tell()
  }
}
