/**
 * From what runs to what should run: a pure comparison. Cameras come first, because they are quick; a model that must
 * be downloaded, or whose engine must be built, comes last and holds up nothing else.
 */
import { isDeepStrictEqual } from 'node:util'
import type { Alerts, Analysis, Camera, Desired, Id, ModelReference } from '@vedette/protocol'

/** What the engine has been told so far. */
export interface Running {
  cameras: Record<Id, Camera>
  interval: Analysis['interval']
  tracker: Analysis['tracker']
  model: ModelReference | null
  secondaries: RunningSecondary[]
  compare: RunningCompare | null
  /** null: as in the box's own settings. */
  alerts: Alerts | null
}

export interface RunningCompare {
  model: ModelReference
  interval: number
}

export interface RunningSecondary {
  model: ModelReference
  /** Labels of the objects it looks at; empty = all. */
  classes: string[]
}

/** How far a model is on this box. Built: its engine is there, or it needs none. */
export interface OnBox {
  isOnDisk(sha256: string): boolean
  isBuilt(model: ModelReference): boolean
}

export type Step =
  | { do: 'remove-camera'; camera: Id }
  | { do: 'change-camera'; camera: Id }
  | { do: 'add-camera'; camera: Id }
  | { do: 'set-interval'; interval: number }
  | { do: 'set-tracker'; tracker: Analysis['tracker'] }
  | { do: 'fetch-model'; id: Id; model: ModelReference }
  | { do: 'build-engine'; id: Id; model: ModelReference }
  | { do: 'switch-model'; id: Id | null; model: ModelReference | null }
  | { do: 'set-secondaries'; secondaries: RunningSecondary[] }
  | { do: 'set-compare'; compare: RunningCompare | null }
  | { do: 'set-alerts'; alerts: Alerts | null }

export const nothingRuns: Running = {
  cameras: {},
  interval: 0,
  tracker: 'none',
  model: null,
  secondaries: [],
  compare: null,
  alerts: null
}

export function steps(desired: Desired, running: Running, onBox: OnBox): Step[] {
  return [
    ...cameraSteps(desired.cameras, running.cameras),
    ...alertSteps(desired, running),
    ...analysisSteps(desired, running),
    ...modelSteps(desired, running, onBox)
  ]
}

function cameraSteps(desired: Running['cameras'], running: Running['cameras']): Step[] {
  const removed = Object.keys(running).filter((camera) => !Object.hasOwn(desired, camera))
  const added = Object.keys(desired).filter((camera) => !Object.hasOwn(running, camera))
  const changed = Object.keys(desired).filter(
    (camera) => Object.hasOwn(running, camera) && !isSameCamera(desired[camera]!, running[camera]!)
  )
  return [
    ...removed.map((camera) => ({ do: 'remove-camera', camera }) as const),
    ...changed.map((camera) => ({ do: 'change-camera', camera }) as const),
    ...added.map((camera) => ({ do: 'add-camera', camera }) as const)
  ]
}

/** As with a camera's: the same secret may be sealed anew at any time. */
function alertSteps(desired: Desired, running: Running): Step[] {
  const alerts = desired.alerts ?? null
  const comparable = (of: Alerts | null) => {
    return (
      of && { ...of, webhook: of.webhook && { ...of.webhook, credential: of.webhook.credential?.revision ?? null } }
    )
  }
  return isDeepStrictEqual(comparable(alerts), comparable(running.alerts)) ? [] : [{ do: 'set-alerts', alerts }]
}

function analysisSteps({ analysis }: Desired, running: Running): Step[] {
  const found: Step[] = []
  if (analysis.interval !== running.interval) found.push({ do: 'set-interval', interval: analysis.interval })
  if (analysis.tracker !== running.tracker) found.push({ do: 'set-tracker', tracker: analysis.tracker })
  return found
}

function modelSteps(desired: Desired, running: Running, onBox: OnBox): Step[] {
  const { models, analysis } = desired
  const had = new Set<Id>()
  /** At most once for each model, however often it is used. */
  const have = (id: Id): Step[] => {
    const model = models[id]!
    if (had.has(id)) return []
    had.add(id)
    return [
      ...(onBox.isOnDisk(model.sha256) ? [] : [{ do: 'fetch-model', id, model } as const]),
      ...(onBox.isBuilt(model) ? [] : [{ do: 'build-engine', id, model } as const])
    ]
  }
  const found: Step[] = []
  const used = analysis.model
  const model = used === null ? null : models[used]!
  if (used !== null) found.push(...have(used))
  if (model?.sha256 !== running.model?.sha256) found.push({ do: 'switch-model', id: used, model })
  const secondaries = (analysis.secondaries ?? []).map(({ model, classes }) => ({ model: models[model]!, classes }))
  for (const secondary of analysis.secondaries ?? []) found.push(...have(secondary.model))
  if (!isDeepStrictEqual(secondaries, running.secondaries)) found.push({ do: 'set-secondaries', secondaries })
  if (analysis.compare) found.push(...have(analysis.compare.model))
  const compare = analysis.compare
    ? { model: models[analysis.compare.model]!, interval: analysis.compare.interval }
    : null
  if (!isDeepStrictEqual(compare, running.compare)) found.push({ do: 'set-compare', compare })
  // Models that are only to be had, for a later switch without a wait.
  for (const id of Object.keys(models)) found.push(...have(id))
  return found
}

/** The same sealed credential may be sealed anew at any time: its revision tells whether it was edited. */
function isSameCamera(a: Camera, b: Camera): boolean {
  return isDeepStrictEqual(comparable(a), comparable(b))
}

function comparable({ credential, ...camera }: Camera) {
  return { ...camera, credential: credential?.revision ?? null }
}

/** For the log and for "why not yet". */
export function inWords(step: Step): string {
  switch (step.do) {
    case 'remove-camera':
      return `removing camera ${step.camera}`
    case 'change-camera':
      return `changing camera ${step.camera}`
    case 'add-camera':
      return `adding camera ${step.camera}`
    case 'set-interval':
      return `setting the interval to ${step.interval}`
    case 'set-tracker':
      return `setting the tracker to ${step.tracker}`
    case 'fetch-model':
      return `downloading model ${step.model.name} ${step.model.version}`
    case 'build-engine':
      return `building the engine of model ${step.model.name} ${step.model.version}`
    case 'set-secondaries':
      return step.secondaries.length === 0
        ? 'switching the models on objects off'
        : `switching to ${step.secondaries.map(({ model }) => `${model.name} ${model.version}`).join(', ')} on objects`
    case 'set-alerts':
      return step.alerts === null ? 'alerts as in the settings of this box' : 'setting when alerts go out'
    case 'set-compare':
      return step.compare === null
        ? 'comparing no model'
        : `comparing with model ${step.compare.model.name} ${step.compare.model.version}`
    case 'switch-model':
      return step.model === null
        ? 'switching the model off'
        : `switching to model ${step.model.name} ${step.model.version}`
  }
}
