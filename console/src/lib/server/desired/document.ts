/** The whole document of a box out of what the store has. Pure. */
import { createHash } from 'node:crypto'
import { type Alerts, type Camera, canonicalJson, type Desired, VERSION } from '@vedette/protocol'
import { comparedId } from '../compared_id.ts'

export interface Parts {
  rev: number
  box: { name: string; interval: number; tracker: 'default' | 'none' }
  cameras: ReadonlyMap<string, Camera>
  model: ModelPart | null
  /** Models on the objects that `model` finds. */
  secondaries: { model: ModelPart; classes: string[] }[]
  /** A second detector on the same frames. */
  compare: { model: ModelPart; interval: number } | null
  /** null: as in the settings of the box. */
  alerts?: Alerts | null
}

interface ModelPart {
  id: string
  name: string
  version: string
  sha256: string
  bytes: number
}

export function documentOf({ rev, box, cameras, model, secondaries, compare, alerts }: Parts): Desired {
  const compared = compare && model ? { ...compare.model, id: comparedId(model, compare.model) } : null
  const models = [...(model ? [model] : []), ...secondaries.map(({ model }) => model), ...(compared ? [compared] : [])]
  const unsigned: Omit<Desired, 'sha256'> = {
    v: VERSION,
    rev,
    name: box.name,
    cameras: Object.fromEntries(cameras),
    models: Object.fromEntries(models.map(reference)),
    analysis: {
      model: model?.id ?? null,
      interval: box.interval,
      tracker: box.tracker,
      ...(secondaries.length > 0 && {
        secondaries: secondaries.map(({ model, classes }) => ({ model: model.id, classes }))
      }),
      ...(compare && compared && { compare: { model: compared.id, interval: compare.interval } })
    },
    ...(alerts && { alerts })
  }
  const sha256 = createHash('sha256').update(canonicalJson(unsigned)).digest('hex')
  return { ...unsigned, sha256 }
}

function reference({ id, name, version, sha256, bytes }: ModelPart) {
  return [id, { name, version, sha256, bytes }] as const
}
