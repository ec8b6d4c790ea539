/** What a box decides otherwise than the packages of its models do. Pure. */
import { parseIni, type Task, writeIni } from '@vedette/model'
import { networkModes, type Precision } from './machine.ts'
import type { ModelFiles } from './model_files.ts'
import type { StoredModel } from './store.ts'

/** null: as the package says. */
export interface Tuning {
  confidence: number | null
  nmsIou: number | null
  maxObjects: number | null
  precision: Precision | null
}

export function isTuned(tuning: Tuning): boolean {
  return [tuning.confidence, tuning.nmsIou, tuning.maxObjects, tuning.precision].some((value) => value !== null)
}

/** The text of nvinfer.txt with it. Thresholds are those of detectors, of every class that has one of its own too. */
export function tuned(nvinfer: string, task: Task, tuning: Tuning): string {
  const ini = parseIni(nvinfer)
  const property = ini.get('property') ?? new Map<string, string>()
  if (tuning.precision !== null) property.set('network-mode', String(networkModes[tuning.precision]))
  if (task === 'detection') {
    if (!ini.has(ALL)) ini.set(ALL, new Map())
    for (const [group, keys] of ini) {
      if (!group.startsWith('class-attrs-')) continue
      for (const [name, value] of thresholds(tuning)) {
        const own = OLD_NAMES[name] ?? name
        if (group !== ALL && !keys.has(name) && !keys.has(own)) continue
        keys.delete(own)
        keys.set(name, String(value))
      }
    }
  }
  return writeIni(new Map([...ini, ['property', property]]))
}

/** Every model of `files` with it. */
export function tunedFiles(files: ModelFiles, tuning: Tuning): ModelFiles {
  const own = (model: StoredModel) => ({ ...model, nvinfer: tuned(model.nvinfer, model.task, tuning) })
  return {
    builds: files.builds,
    building: files.building,
    start: (models) => files.start([...models].map(own)),
    isBuilt: (model) => files.isBuilt(own(model)),
    build: (model, progress, signal) => files.build(own(model), progress, signal),
    filesOf: (model) => files.filesOf(own(model)),
    collect: (keep) => files.collect(keep.map(own)),
    spare: (keep) => files.spare(keep.map(own))
  }
}

const ALL = 'class-attrs-all'
/** nvinfer knew it by another name, and still does. */
const OLD_NAMES: Readonly<Record<string, string>> = { 'pre-cluster-threshold': 'threshold' }

function thresholds({ confidence, nmsIou, maxObjects }: Tuning): [string, number][] {
  const all: [string, number | null][] = [
    ['pre-cluster-threshold', confidence],
    ['nms-iou-threshold', nmsIou],
    ['topk', maxObjects]
  ]
  return all.flatMap(([name, value]) => (value === null ? [] : [[name, value]]))
}
