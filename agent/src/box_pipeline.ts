/** What the pipeline should do, from the running state and what is on this box, and the names of what it says. */
import type { Desired, Id } from '@vedette/protocol'
import type { BoxKey, Password } from './desired/credential.ts'
import { passwordsOf } from './desired/passwords.ts'
import type { Running } from './desired/steps.ts'
import type { Log } from './log.ts'
import type { BoxModels } from './models/box_models.ts'
import { engineConfig } from './pipeline/channel/engine_config.ts'
import type { EngineStats } from './pipeline/channel/status.ts'
import type { Engine } from './pipeline/engine.ts'
import type { CameraEvents } from './report/camera_events.ts'
import type { Vitals } from './report/vitals.ts'
import type { CameraRules } from './rules/camera_rules.ts'
import type { Settings } from './settings.ts'
import { type CameraIndices, makeCatalog } from './uplink/catalog.ts'
import type { Uplink } from './uplink/uplink.ts'

export interface BoxPipelineOptions {
  settings: Settings
  key: BoxKey
  models: BoxModels
  engine: Engine
  uplink: Uplink
  indices: CameraIndices
  vitals: Vitals<EngineStats>
  cameraEvents: CameraEvents
  rules: CameraRules
  log: Log
}

export class BoxPipeline {
  readonly #options: BoxPipelineOptions
  #cameras: readonly (string | null)[] = []

  constructor(options: BoxPipelineOptions) {
    this.#options = options
  }

  /** Of the pipeline in charge, by index, as in the catalog that frames name. */
  get cameras(): readonly (string | null)[] {
    return this.#cameras
  }

  /** Makes it so; in words why something else runs instead. */
  configure(running: Running, document: Desired): string {
    const { settings, models, engine, uplink, indices, vitals, cameraEvents, rules } = this.#options
    const passwords = this.#passwords(running)
    // What was seen so far is of the model that runs, not of the one that is selected now.
    models.seen(vitals.takeSeen())
    const { model, instead } = models.select(running.model)
    const { secondaries, compared } = models.selectBeside(running)
    const ids = Object.keys(running.cameras)
    indices.include(ids)
    cameraEvents.keep(ids)
    rules.set(running.cameras)
    const catalog = makeCatalog({
      cameras: indices.list(ids),
      classes: model?.labels ?? [],
      model: model && { name: model.name, version: model.version, sha256: model.sha256 }
    })
    const config = engineConfig({
      cameras: running.cameras,
      analysis: { ...document.analysis, interval: running.interval, tracker: running.tracker },
      ...{ model, secondaries, compared },
      indexOf: (id) => indices.of(id),
      passwordOf: (id) => passwords.get(id),
      settings: settings.pipeline
    })
    models.place(config.pipeline.stages, document)
    // Until another pipeline takes over, frames are of the one before, and so is what names them.
    engine.apply(config, () => {
      this.#cameras = catalog.cameras
      const named = compared && `${compared.model.name} ${compared.model.version}`
      vitals.compared = named === null ? null : { model: named, labels: catalog.classes }
      rules.name(catalog)
      uplink.setCatalog(
        catalog,
        ids.filter((id) => running.cameras[id]!.frames === 'all')
      )
    })
    return [instead, models.leftOut].filter((words) => words !== '').join(' ')
  }

  #passwords({ cameras }: Running): Map<Id, Password> {
    const { key, log } = this.#options
    const passwords = passwordsOf(cameras, key, (id) => this.#localPassword(id))
    for (const { user, password } of passwords.values()) log.redact(password, user)
    return passwords
  }

  /** Of a box without a console. */
  #localPassword(id: Id): Password | null {
    const { settings } = this.#options
    const local = settings.console ? null : settings.cameras[id]?.credential
    return local ? { user: local.user, password: local.password.reveal() } : null
  }
}
