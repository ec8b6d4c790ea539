/** The rules of all cameras at work: over their tracks, as frames come. Rules change while everything runs. */
import type { Camera, Catalog, Id, RuleCounts, RuleEvent, Severity } from '@vedette/protocol'
import { type FrameObjects, type Looker, RuleSet, rulesOf, ZonedClocks } from '@vedette/rules'

const EVERY_MS = 1000

export interface CameraRulesOptions {
  emit(event: RuleEvent, severity: Severity): void
}

type Ruled = Pick<Camera, 'rules' | 'masks'>
type Named = Pick<Catalog, 'cameras' | 'classes'>

/** What else looks beside the model. */
interface StrategyLooker extends Looker {
  strategy: string
}

export class CameraRules {
  readonly #options: CameraRulesOptions
  readonly #clocks = new ZonedClocks()
  /** By camera, and by who looks. */
  readonly #sets = new Map<Id, Map<string | null, RuleSet>>()
  /** By who looks, and by index of the camera in the catalog. */
  readonly #byIndex = new Map<string | null, (RuleSet | undefined)[]>()
  #cameras: Readonly<Record<Id, Ruled>> = {}
  #catalog: Named = { cameras: [], classes: [] }
  #lookers: readonly Looker[] = [{ strategy: null, labels: [] }]
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
    for (const id of new Set([...this.#sets.keys(), ...Object.keys(cameras)])) this.#setCamera(id, cameras[id])
    this.#index()
  }

  /** What numbers in frames mean from now on. With other classes nothing that was seen means anything any more. */
  name(catalog: Named, strategies: readonly StrategyLooker[] = []): void {
    const isSameClasses = catalog.classes.join('\n') === this.#catalog.classes.join('\n')
    this.#catalog = catalog
    if (!isSameClasses) {
      for (const sets of this.#sets.values()) for (const set of sets.values()) set.set({})
      this.#sets.clear()
    }
    // The strategies' classes follow the model's.
    const ofStrategies = strategies.reduce((sum, { labels }) => sum + labels.length, 0)
    const labels = catalog.classes.slice(0, catalog.classes.length - ofStrategies)
    this.#lookers = [{ strategy: null, labels }, ...strategies]
    this.set(this.#cameras)
  }

  looksAt(camera: number, strategy: string | null): boolean {
    return this.#byIndex.get(strategy)?.[camera] !== undefined
  }

  see(camera: number, objects: FrameObjects, strategy: string | null): void {
    this.#byIndex.get(strategy)?.[camera]?.step(objects)
  }

  /** Time passes for cameras without frames, too. */
  tick(nowMs: number): void {
    // A late second hand: this process stood still, and the frames of that time are still to be read.
    const isLate = nowMs - this.#passedMs >= 2 * EVERY_MS
    this.#passedMs = nowMs
    if (isLate) return
    for (const sets of this.#sets.values()) for (const set of sets.values()) set.pass(nowMs)
  }

  counts(): Record<Id, Record<Id, RuleCounts>> {
    return Object.fromEntries(
      [...this.#sets].map(([id, sets]) => {
        const counts: Record<Id, RuleCounts> = {}
        for (const set of sets.values())
          for (const [rule, more] of Object.entries(set.counts())) counts[rule] = sum(counts[rule], more)
        return [id, counts]
      })
    )
  }

  #setCamera(id: Id, { rules = {}, masks }: Ruled = {}): void {
    const sets = this.#sets.get(id) ?? new Map<string | null, RuleSet>()
    for (const looker of this.#lookers) {
      const own = rulesOf(rules, looker, this.#lookers)
      const hasRules = Object.keys(own).length > 0
      const set = sets.get(looker.strategy) ?? (hasRules ? this.#newSet(id) : null)
      if (set === null) continue
      set.set(own, masks)
      if (hasRules) sets.set(looker.strategy, set)
      else sets.delete(looker.strategy)
    }
    if (sets.size > 0) this.#sets.set(id, sets)
    else this.#sets.delete(id)
  }

  #newSet(camera: Id): RuleSet {
    const { emit } = this.#options
    return new RuleSet({ camera, labels: this.#catalog.classes, clocks: this.#clocks, emit })
  }

  #index(): void {
    this.#byIndex.clear()
    for (const { strategy } of this.#lookers) {
      const sets = this.#catalog.cameras.map((id) => (id === null ? undefined : this.#sets.get(id)?.get(strategy)))
      this.#byIndex.set(strategy, sets)
    }
  }
}

/** What two who look have counted of one rule: no label is of both. */
function sum(one: RuleCounts | undefined, other: RuleCounts): RuleCounts {
  if (one === undefined) return other
  return {
    ...(one.inside !== undefined && { inside: one.inside + (other.inside ?? 0) }),
    ...(one.ongoing !== undefined && { ongoing: one.ongoing + (other.ongoing ?? 0) }),
    ...(one.crossed !== undefined && { crossed: [...one.crossed, ...(other.crossed ?? [])] })
  }
}
