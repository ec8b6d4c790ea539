/** How far each desired model has come. Pure but for remembering since when. */
import { clipped, type Desired, type ModelState, type ReportedModel } from '@vedette/protocol'

export interface ModelFacts {
  isOnDisk(sha256: string): boolean
  /** Bytes that have arrived, of models on their way. */
  arrived: ReadonlyMap<string, number>
  /** Why such a model does not come at the moment. */
  heldUp: ReadonlyMap<string, string>
  /** What is being built, and how far it is. */
  building: ReadonlyMap<string, { sinceMs: number; words: string }>
  /** Why an engine was not taken and built again. */
  rebuilt: ReadonlyMap<string, string>
  /** Why a model could not be had. */
  failures: ReadonlyMap<string, string>
  /** Why models that were given to the engine were taken out again. */
  rolledBack: ReadonlyMap<string, string>
  /** Given to the engine, and whether its pipeline runs. */
  selected: { sha256: string; isRunning: boolean } | null
  /** Given to the engine with it, likewise. */
  beside: ReadonlyMap<string, boolean>
}

export interface ModelChange {
  model: string
  version: string
  state: ModelState
  reason: string
}

export class ModelStates {
  #states: Record<string, ReportedModel> = {}

  get states(): Record<string, ReportedModel> {
    return this.#states
  }

  /** Looks again; tells what has changed. */
  look(desired: Desired | null, facts: ModelFacts, nowMs: number): ModelChange[] {
    const changes: ModelChange[] = []
    const states: Record<string, ReportedModel> = {}
    for (const [model, { version, sha256, bytes }] of Object.entries(desired?.models ?? {})) {
      const { state, reason } = stateOf(sha256, facts)
      const before = this.#states[model]
      const isSame = before?.state === state && before.sha256 === sha256
      if (!isSame) changes.push({ model, version, state, reason })
      const since = isSame ? before.since : new Date(nowMs).toISOString()
      const progress = state === 'downloading' ? { bytesDone: facts.arrived.get(sha256) ?? 0, bytesTotal: bytes } : {}
      states[model] = { version, sha256, state, since, reason, ...progress }
    }
    this.#states = states
    return changes
  }
}

function stateOf(sha256: string, facts: ModelFacts): { state: ModelState; reason: string } {
  const rolledBack = facts.rolledBack.get(sha256)
  if (rolledBack !== undefined) return { state: 'rolled_back', reason: clipped(rolledBack) }
  if (facts.selected?.sha256 === sha256) {
    const because = facts.rebuilt.get(sha256)
    const reason = because === undefined ? '' : `Its engine was built again, because ${because}.`
    return { state: facts.selected.isRunning ? 'running' : 'starting', reason }
  }
  const isRunningBeside = facts.beside.get(sha256)
  if (isRunningBeside !== undefined) return { state: isRunningBeside ? 'running' : 'starting', reason: '' }
  const building = facts.building.get(sha256)
  if (building !== undefined) return { state: 'building', reason: building.words }
  const failure = facts.failures.get(sha256)
  if (failure !== undefined) return { state: 'failed', reason: clipped(failure) }
  if (facts.isOnDisk(sha256)) return { state: 'ready', reason: '' }
  if (!facts.arrived.has(sha256)) return { state: 'waiting', reason: '' }
  return { state: 'downloading', reason: clipped(sentence(facts.heldUp.get(sha256) ?? '')) }
}

function sentence(words: string): string {
  return words === '' ? '' : `${words.slice(0, 1).toUpperCase()}${words.slice(1)}.`
}
