/** The raw limit of `/predict/`: decode with sharp, infer with ONNX Runtime, over and over; no HTTP, no boxes. */
import { parentPort, workerData } from 'node:worker_threads'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import sharp from 'sharp'

interface Work {
  model: string
  side: number
  batch: number
  jpegs: Uint8Array[]
  seconds: number
}

const { model, side, batch, jpegs, seconds } = workerData as Work
sharp.concurrency(1)
sharp.cache(false)

const session = await InferenceSession.create(model, {
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  executionMode: 'sequential',
  logSeverityLevel: 3,
  extra: { session: { intra_op: { allow_spinning: '0' } } }
})
const meta = session.inputMetadata[0]
if (meta === undefined || !meta.isTensor) throw new Error(`expected a tensor input in ${model}`)
const pixels = side * side * 3
const isPlanar = meta.shape[1] === 3
const shape = isPlanar ? [batch, 3, side, side] : [batch, side, side, 3]

/** The next batch is decoded while this one is inferred. */
async function decoded(from: number): Promise<Float32Array> {
  const input = new Float32Array(batch * pixels)
  const raws = await Promise.all(
    Array.from({ length: batch }, (_, i) =>
      sharp(jpegs[(from + i) % jpegs.length]!)
        .resize(side, side, { fit: 'fill', kernel: 'linear' })
        .raw()
        .toBuffer()
    )
  )
  for (const [i, raw] of raws.entries())
    for (let k = 0; k < pixels; k++) input[i * pixels + k] = raw[k]! * 0.00784313725 - 1
  return input
}

async function run(untilMs: number): Promise<number> {
  let done = 0
  let next = decoded(0)
  while (performance.now() < untilMs) {
    const input = await next
    next = decoded(done + batch)
    await session.run({ [meta!.name]: new Tensor('float32', input, shape) })
    done += batch
  }
  await next
  return done
}

await run(performance.now() + 1000)
const began = performance.now()
const done = await run(began + seconds * 1000)
parentPort!.postMessage((done / (performance.now() - began)) * 1000)
