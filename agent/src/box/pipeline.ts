/** What the pipeline should do, from the running state and what is on this box, and the names of what it says. */
import type { Desired, Id } from '@vedette/protocol'
import { mixedRules } from '@vedette/rules'
import type { BoxKey, Password } from '../desired/credential.ts'
import { passwordsOf } from '../desired/passwords.ts'
import type { Running } from '../desired/steps.ts'
import type { GuestSources } from '../http/guest_sources.ts'
import type { Log } from '../log.ts'
import type { BoxModels } from '../models/box_models.ts'
import { type EnginePipeline, engineConfig } from '../pipeline/channel/engine_config.ts'
import type { EngineStats } from '../pipeline/channel/status.ts'
import type { Engine } from '../pipeline/engine.ts'
import type { ImageEngine } from '../pipeline/images/image_engine.ts'
import type { ImageModels } from '../pipeline/images/messages.ts'
import type { CameraEvents } from '../report/camera_events.ts'
import type { Vitals } from '../report/vitals.ts'
import type { CameraRules } from '../rules/camera_rules.ts'
import type { Settings } from '../settings.ts'
import { type CameraIndices, makeCatalog } from '../uplink/catalog.ts'
import type { Uplink } from '../uplink/uplink.ts'
import type { BoxStrategies } from './strategies.ts'

export interface BoxPipelineOptions {
  settings: Settings
  key: BoxKey
  models: BoxModels
  engine: Engine
  images: ImageEngine
  uplink: Uplink
  /** Streams that were started over HTTP, which run beside the cameras. */
  guests: GuestSources
  indices: CameraIndices
  vitals: Vitals<EngineStats>
  cameraEvents: CameraEvents
  rules: CameraRules
  strategies: BoxStrategies
  log: Log
}

export class BoxPipeline {
  readonly #options: BoxPipelineOptions
  #cameras: readonly (string | null)[] = []
  #classes: readonly string[] = []
  #model: string | null = null
  #asked: { running: Running; document: Desired } | null = null

  constructor(options: BoxPipelineOptions) {
    this.#options = options
  }

  /** Of the pipeline in charge, by index, as in the catalog that frames name. */
  get cameras(): readonly (string | null)[] {
    return this.#cameras
  }

  /** What numbers in its frames mean. */
  get names() {
    const { guests } = this.#options
    const cameraAt = (index: number) => (guests.isGuest(index) ? guests.idAt(index) : (this.#cameras[index] ?? null))
    return { cameraAt, classes: this.#classes, model: this.#model }
  }

  /** The streams beside the cameras have changed. False when nothing was asked for yet. */
  again(): boolean {
    if (this.#asked === null) return false
    this.configure(this.#asked.running, this.#asked.document)
    return true
  }

  /** Makes it so; in words why something else runs instead. */
  configure(running: Running, document: Desired): string {
    const { settings, models, engine, images, uplink, guests, indices, vitals, cameraEvents, rules, strategies } =
      this.#options
    this.#asked = { running, document }
    const passwords = this.#passwords(running)
    // What was seen so far is of the model that runs, not of the one that is selected now.
    models.seen(vitals.takeSeen())
    const { model, instead } = models.select(running.model)
    const { secondaries, compared } = models.selectBeside(running)
    const ids = Object.keys(running.cameras)
    indices.include(ids)
    guests.makeRoom(ids.length)
    cameraEvents.keep(ids)
    rules.set(running.cameras)
    const labels = model?.labels ?? []
    const catalog = makeCatalog({
      cameras: indices.list(ids),
      classes: [...labels, ...strategies.classes],
      model: model && { name: model.name, version: model.version, sha256: model.sha256 }
    })
    const config = engineConfig({
      cameras: { ...guests.cameras, ...running.cameras },
      analysis: { ...document.analysis, interval: running.interval, tracker: running.tracker },
      ...{ model, secondaries, compared },
      indexOf: (id) => guests.get(id)?.index ?? indices.of(id),
      passwordOf: (id) => passwords.get(id) ?? guests.get(id)?.password ?? undefined,
      settings: settings.pipeline
    })
    models.place(config.pipeline.stages, document)
    // Until another pipeline takes over, frames are of the one before, and so is what names them.
    engine.apply(config, () => {
      this.#cameras = catalog.cameras
      this.#classes = catalog.classes
      this.#model = config.pipeline.model
      images.use(imageModels(config.pipeline, catalog.classes))
      const named = compared && `${compared.model.name} ${compared.model.version}`
      vitals.compared = named === null ? null : { model: named, labels }
      rules.name(catalog, strategies.lookers)
      uplink.setCatalog(
        catalog,
        ids.filter((id) => running.cameras[id]!.frames === 'all')
      )
      strategies.plan({ firstClass: labels.length, cameras: this.#looked(running) })
    })
    const notAsAsked = [this.#unknownStrategies(running), this.#mixedRules(running, labels)]
    return [instead, models.leftOut, ...notAsAsked].filter((words) => words !== '').join(' ')
  }

  /** Those that strategies look at; of streams beside the cameras, where it was asked for. */
  #looked({ cameras }: Running) {
    const { indices, guests } = this.#options
    const on = Object.entries(cameras).filter(([, { enabled, detection }]) => enabled && detection.enabled)
    return new Map([
      ...on.map(
        ([id, { detection }]) => [id, { index: indices.of(id), strategies: detection.strategies ?? null }] as const
      ),
      ...guests.all.map(
        ({ id, index, camera }) => [id, { index, strategies: camera.detection.strategies ?? [] }] as const
      )
    ])
  }

  #mixedRules({ cameras }: Running, labels: readonly string[]): string {
    const lookers = [{ strategy: null, labels }, ...this.#options.strategies.lookers]
    for (const [id, { rules = {} }] of Object.entries(cameras)) {
      const [mixed] = mixedRules(rules, lookers)
      if (mixed === undefined) continue
      const names = mixed.lookers.map(({ strategy }) => (strategy === null ? 'the model' : `strategy ${strategy}`))
      return `Rule ${mixed.rule} of camera ${id} counts objects of ${names.join(' and ')} together, which look at different moments: it counts only those of ${names[0]}. Make one rule for each.`
    }
    return ''
  }

  #unknownStrategies({ cameras }: Running): string {
    const { strategies } = this.#options
    for (const [id, { detection }] of Object.entries(cameras)) {
      const [unknown] = strategies.unknown(detection.strategies ?? [])
      if (unknown === undefined) continue
      const known = strategies.names.join(', ') || 'none'
      return `Camera ${id} asks for the detection strategy ${unknown}, which the settings of this box do not have (${known}): add it there, or take it off the camera.`
    }
    return ''
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

/** Pictures are looked at by what looks at the cameras; what is only compared is not asked. */
function imageModels({ family, stages, model }: EnginePipeline, labels: string[]): ImageModels {
  return { family, stages: stages.filter(({ shadow }) => shadow === null), labels, model }
}
