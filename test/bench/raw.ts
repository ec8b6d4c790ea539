/** The raw limits: what stock parts do alone on this machine, in this minute. */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { InferenceSession, Tensor } from 'onnxruntime-node'

export interface Alone {
  perSecond: number
  /** CPU time per item, of all threads. */
  coreSeconds: number
}

/** A pipeline of stock elements, as gst-launch-1.0 runs it; `items` is how many frames come out of it in all. */
export function launch(pipeline: string, items: number, options: { cpu?: number } = {}): Alone {
  const pin = options.cpu === undefined ? [] : ['taskset', '-c', String(options.cpu)]
  const [command = '', ...args] = [...pin, 'gst-launch-1.0', '-q', ...pipeline.split(/\s+/)]
  const before = childTime()
  const began = performance.now()
  const { status, stderr } = spawnSync(command, args, { encoding: 'utf8' })
  const seconds = (performance.now() - began) / 1000
  if (status !== 0) throw new Error(`expected gst-launch-1.0 to run ${pipeline}, but it said: ${stderr}`)
  return { perSecond: items / seconds, coreSeconds: (childTime() - before) / items }
}

/** ONNX Runtime alone: one thread, one batch of images after the other. The figures are of one image. */
export async function inferAlone(model: string, runs: number, batch = 1): Promise<Alone> {
  const session = await InferenceSession.create(model, {
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    logSeverityLevel: 3,
    extra: { session: { intra_op: { allow_spinning: '0' } } }
  })
  const meta = session.inputMetadata[0]
  if (meta === undefined || !meta.isTensor) throw new Error(`expected a tensor input in ${model}`)
  const shape = meta.shape.map((dimension) => (typeof dimension === 'number' && dimension > 0 ? dimension : batch))
  const feeds = { [meta.name]: new Tensor('float32', new Float32Array(shape.reduce((a, b) => a * b, 1)), shape) }
  for (let i = 0; i < 5; i++) await session.run(feeds)
  const cpu = process.cpuUsage()
  const began = performance.now()
  for (let i = 0; i < runs; i++) await session.run(feeds)
  const seconds = (performance.now() - began) / 1000
  const { user, system } = process.cpuUsage(cpu)
  await session.release()
  const images = runs * batch
  return { perSecond: images / seconds, coreSeconds: (user + system) / 1e6 / images }
}

/** User and system time of all children that have ended, in seconds (proc(5), cutime and cstime). */
function childTime(): number {
  const fields = readFileSync('/proc/self/stat', 'utf8').split(') ')[1]?.split(' ') ?? []
  const TICKS_PER_SECOND = 100
  return (Number(fields[13]) + Number(fields[14])) / TICKS_PER_SECOND
}
