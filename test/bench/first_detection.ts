/**
 * From the start of an engine's process, as it ships, to the first object that its agent hears of, beside its parts one
 * after the other. The footage's first object is on its third picture.
 */
import { spawnSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Engine, type EngineConfig } from '@vedette/agent'
import { addonFolder } from '@vedette/native/folder'
import { detectorStage } from '@vedette/native/stage'
import { build } from 'esbuild'
import { cacheDir, FOOTAGE } from '../world/cache.ts'
import { type Bench, cost, median } from './row.ts'

const ROUNDS = 5
const PICTURES = 3
const PACKAGE = join(cacheDir(), 'models/nanodet-coco-1.0.0')
const ENTRY = fileURLToPath(new URL('pipeline/process/engine_main.ts', import.meta.resolve('@vedette/agent')))
const FIRST_PICTURES = `filesrc location=${FOOTAGE} ! qtdemux ! h264parse ! avdec_h264 max-threads=1 ! identity eos-after=${PICTURES + 1} ! fakesink sync=false`
const RUNTIME = fileURLToPath(import.meta.resolve('onnxruntime-node'))
/** Where the bundle finds them: beside itself, when it ships. */
const LIBRARIES = {
  VEDETTE_NATIVE: addonFolder() ?? '',
  VEDETTE_ONNXRUNTIME: join(dirname(RUNTIME), `../bin/napi-v6/linux/${process.arch}/libonnxruntime.so.1`)
}
/** In a process of its own, so that nothing is loaded yet: ONNX Runtime, the model, an inference for each picture. */
const FIRST_INFERENCES = `
const { InferenceSession, Tensor } = require(process.argv[1])
InferenceSession.create(process.argv[2], { intraOpNumThreads: 1 }).then(async (session) => {
  const [meta] = session.inputMetadata
  const shape = meta.shape.map((length) => (length > 0 ? length : 1))
  const picture = new Float32Array(shape.reduce((a, b) => a * b, 1))
  for (let i = 0; i < ${PICTURES}; i++) await session.run({ [meta.name]: new Tensor('float32', picture, shape) })
}).then(() => process.exit(0))`

export const firstDetection: Bench = {
  name: 'camera.first-detection',
  run: async () => {
    const folder = await mkdtemp(join(tmpdir(), 'vedette-bench-'))
    try {
      const entry = await bundle(folder)
      const ours: number[] = []
      const limits: number[] = []
      for (let round = 0; round < ROUNDS; round++) {
        limits.push(inferencesAlone() + timeOf('gst-launch-1.0', ['-q', ...FIRST_PICTURES.split(' ')]))
        ours.push(await firstObject(entry))
      }
      const note =
        `of ${PICTURES} pictures, the last of which has the first object; median of ${ours.map((ms) => ms.toFixed(0)).join(', ')}; ` +
        'limit: a Node process that loads the model and infers so often, and one of GStreamer that decodes so many'
      return [cost('camera.first-detection', { ours: median(ours), limit: median(limits), unit: 'ms', bar: 0.8, note })]
    } finally {
      await rm(folder, { recursive: true })
    }
  }
}

/** The engine as one file (build.ts): in the checkout Node makes JavaScript of hundreds of files first. */
async function bundle(folder: string): Promise<string> {
  const js =
    "import { createRequire as _createRequire } from 'node:module'; const require = _createRequire(import.meta.url);"
  const outfile = join(folder, 'engine.mjs')
  const how = { bundle: true, platform: 'node', format: 'esm', target: 'node24', banner: { js } } as const
  await build({ entryPoints: [ENTRY], outfile, ...how })
  return outfile
}

function inferencesAlone(): number {
  return timeOf(process.execPath, ['-e', FIRST_INFERENCES, RUNTIME, join(PACKAGE, 'model.onnx')])
}

function timeOf(program: string, args: string[]): number {
  const began = performance.now()
  const { status, stderr } = spawnSync(program, args, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`expected ${program} to end well, but it said: ${stderr}`)
  return performance.now() - began
}

async function firstObject(entry: string): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>()
  const began = performance.now()
  const engine = new Engine(
    { entry, env: LIBRARIES, log: (line) => console.error(`first-detection: ${line}`) },
    {
      frames: ({ objects }) => {
        if (objects.some((count) => count > 0)) resolve(performance.now() - began)
      },
      error: ({ message }) => reject(new Error(message)),
      camera: () => undefined,
      stats: () => undefined,
      state: () => undefined,
      running: () => undefined,
      fell: ({ reason }) => reject(new Error(reason)),
      switched: () => undefined,
      adapted: () => undefined,
      capabilities: () => undefined
    }
  )
  engine.start()
  engine.apply(config)
  try {
    return await promise
  } finally {
    await engine.stop()
  }
}

const config: EngineConfig = {
  pipeline: {
    family: 'cpu',
    maxSources: 4,
    batchedPushTimeoutUs: 40_000,
    width: 768,
    height: 432,
    stages: [detectorStage(join(PACKAGE, 'nvinfer.txt'))],
    model: null,
    tracker: 'default',
    inferThreads: 1
  },
  interval: 0,
  compares: false,
  classifies: false,
  cameras: {
    door: {
      enabled: true,
      filter: null,
      source: {
        name: 'door',
        index: 0,
        input: { kind: 'file', path: FOOTAGE, loop: false },
        policy: 'every-frame',
        maxAnalysedFps: 0
      }
    }
  }
}
