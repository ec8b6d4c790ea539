/** For a box without a console: its settings as the desired state that a console would have sent. Pure. */
import { createHash } from 'node:crypto'
import { canonicalJson, type Desired, type ModelReference, VERSION } from '@vedette/protocol'
import type { Settings } from '../settings.ts'

export interface LocalModel {
  sha256: string
  name: string
  version: string
}

export function localDesired(settings: Settings, models: readonly LocalModel[]): Desired {
  const { cameras, analysis } = settings
  const used = analysis.model === undefined ? (models[0]?.name ?? null) : analysis.model
  if (used !== null && !models.some(({ name }) => name === used)) {
    const known = models.map(({ name }) => name).join(', ') || 'none'
    throw new Error(
      `expected analysis.model to name a package of "models" in the settings, received "${used}"; there are: ${known}`
    )
  }
  const document = {
    v: VERSION,
    rev: 1,
    name: settings.box.name,
    cameras: Object.fromEntries(Object.entries(cameras).map(([id, { camera }]) => [id, camera])),
    models: Object.fromEntries(models.map((model) => [model.name, reference(model)])),
    analysis: { interval: 0, tracker: 'default', ...analysis, model: used }
  } satisfies Omit<Desired, 'sha256'>
  return { ...document, sha256: createHash('sha256').update(canonicalJson(document)).digest('hex') }
}

function reference({ sha256, name, version }: LocalModel): ModelReference {
  return { name, version, sha256, bytes: 0 }
}

/** A local package has no archive to hash: references to it carry a hash of where it lies and what it is. */
export function localReferences<M extends LocalModel>(models: readonly M[]): [string, M][] {
  return models.map((model) => {
    const { sha256: place, name, version } = model
    const sha256 = createHash('sha256')
      .update(canonicalJson([place, name, version]))
      .digest('hex')
    return [sha256, { ...model, sha256 }]
  })
}
