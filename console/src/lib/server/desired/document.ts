/** The whole document of a box out of what the store has. Pure. */
import { createHash } from 'node:crypto'
import { type Camera, canonicalJson, type Desired, VERSION } from '@vedette/protocol'

export interface Parts {
  rev: number
  box: { name: string; interval: number; tracker: 'default' | 'none' }
  cameras: ReadonlyMap<string, Camera>
  model: { id: string; name: string; version: string; sha256: string; bytes: number } | null
}

export function documentOf({ rev, box, cameras, model }: Parts): Desired {
  const unsigned: Omit<Desired, 'sha256'> = {
    v: VERSION,
    rev,
    name: box.name,
    cameras: Object.fromEntries(cameras),
    models: model
      ? { [model.id]: { name: model.name, version: model.version, sha256: model.sha256, bytes: model.bytes } }
      : {},
    analysis: { model: model?.id ?? null, interval: box.interval, tracker: box.tracker }
  }
  const sha256 = createHash('sha256').update(canonicalJson(unsigned)).digest('hex')
  return { ...unsigned, sha256 }
}
