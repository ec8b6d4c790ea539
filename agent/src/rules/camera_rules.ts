/** The rules of all cameras at work: over their tracks, as frames come. Rules change while everything runs. */
import type { Camera, Catalog, Id, RuleCounts, RuleEvent, Severity } from '@vedette/protocol'
import { type FrameObjects, RuleSet, ZonedClocks } from '@vedette/rules'

const EVERY_MS = 1000

export interface CameraRulesOptions {
  emit(event: RuleEvent, severity: Severity): void
}

type Ruled = Pick<Camera, 'rules' | 'masks'>

export class CameraRules {
  readonly #options: CameraRulesOptions
  readonly #clocks = new ZonedClocks()
  readonly #sets = new Map<Id, RuleSet>()
  /** By index of the camera in the catalog. */
  #byIndex: (RuleSet | undefined)[] = []
  #cameras: Record<Id, Ruled> = {}
  #catalog: Pick<Catalog, 'cameras' | 'classes'> = { cameras: [], classes: [] }
  #timer: NodeJS.Timeout | null = null
  #passedMs = 0

  constructor(options: CameraRulesOptions) {
    this.#options = options
  }

  start(): void {
    this.#passedMs = Date.now()
    this.#timer = setInterval(() => this.tick(Date.now()), EVERY_MS)
  }

  stop(): void {
    if (this.#timer) clearInterval(this.#timer)
    this.#timer = null
  }

  /** The rules of these cameras and of no others, from the next frame on. */
  set(cameras: Readonly<Record<Id, Ruled>>): void {
    this.#cameras = cameras
    for (const [id, set] of this.#sets) {
      if (hasRules(cameras[id])) continue
      set.set({})
      this.#sets.delete(id)
    }
    for (const [id, { rules = {}, masks }] of Object.entries(cameras)) {
      if (!hasRules(cameras[id])) continue
      const set = this.#sets.get(id) ?? this.#newSet(id)
      this.#sets.set(id, set)
      set.set(rules, masks)
    }
    this.#index()
  }

  /** What numbers in frames mean from now on. With other classes nothing that was seen means anything any more. */
  name(catalog: Pick<Catalog, 'cameras' | 'classes'>): void {
    const isSameClasses = catalog.classes.join('\n') === this.#catalog.classes.join('\n')
    this.#catalog = catalog
    if (!isSameClasses) {
      for (const set of this.#sets.values()) set.set({})
      this.#sets.clear()
    }
    this.set(this.#cameras)
  }

  looksAt(camera: number): boolean {
    return this.#byIndex[camera] !== undefined
  }

  see(camera: number, objects: FrameObjects): void {
    this.#byIndex[camera]?.step(objects)
  }

  /** Time passes for cameras without frames, too. */
  tick(nowMs: number): void {
    // A late second hand: this process stood still, and the frames of that time are still to be read.
    const isLate = nowMs - this.#passedMs >= 2 * EVERY_MS
    this.#passedMs = nowMs
    if (!isLate) for (const set of this.#sets.values()) set.pass(nowMs)
  }

  counts(): Record<Id, Record<Id, RuleCounts>> {
    return Object.fromEntries([...this.#sets].map(([id, set]) => [id, set.counts()]))
  }

  #newSet(camera: Id): RuleSet {
    const { emit } = this.#options
    return new RuleSet({ camera, labels: this.#catalog.classes, clocks: this.#clocks, emit })
  }

  #index(): void {
    this.#byIndex = this.#catalog.cameras.map((id) => (id === null ? undefined : this.#sets.get(id)))
  }
}

function hasRules(camera: Ruled | undefined): boolean {
  return Object.keys(camera?.rules ?? {}).length > 0
}
