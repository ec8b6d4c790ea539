/**
 * Builds a TensorRT engine: the engine program with a pipeline of no cameras, in a process of its own that yields to the
 * one that runs. nvinfer builds and writes the engine before its pipeline comes up, however long that takes.
 */
import type { PipelineError } from '@vedette/native'
import { CONTROL } from './channel/channel.ts'
import type { EnginePipeline } from './channel/engine_config.ts'
import type { FromEngine } from './channel/messages.ts'
import { EngineProcess } from './engine_process.ts'

export interface EngineBuildOptions {
  entry: string
  addon?: string
  env?: Record<string, string>
  pipeline: EnginePipeline
  /** A line that it wrote, without credentials. */
  log(line: string): void
}

/** A busy machine at its lowest priority: seconds become minutes. A hang does not end. */
const SILENCE_LIMIT_MS = 10 * 60_000
const NICE = 10

/** Resolves when the pipeline has come up; rejects with why it has not, or the signal's reason. The process is gone then. */
export async function buildEngine(options: EngineBuildOptions, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted()
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  let fault: PipelineError | null = null
  const child = new EngineProcess(
    {
      entry: options.entry,
      addon: options.addon,
      // nvinfer tells at this level how far it is.
      env: { GST_DEBUG: 'nvinfer:4', ...options.env },
      log: options.log,
      nice: NICE,
      silenceLimitMs: SILENCE_LIMIT_MS
    },
    {
      message(kind, payload) {
        if (kind !== CONTROL) return
        const message = JSON.parse(payload.toString()) as FromEngine
        if (message.say === 'ready')
          child.send({
            say: 'configure',
            config: { pipeline: options.pipeline, interval: 0, compares: false, classifies: false, cameras: {} }
          })
        else if (message.say === 'running') resolve()
        else if (message.say === 'error' && message.error.fatal) fault = message.error
      },
      ended: (reason) => reject(new Error(fault?.message ?? reason))
    }
  )
  const abort = () => reject(signal.reason)
  signal.addEventListener('abort', abort, { once: true })
  child.start()
  try {
    await promise
  } finally {
    signal.removeEventListener('abort', abort)
    await child.stop()
  }
}
