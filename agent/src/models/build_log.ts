/**
 * What nvinfer and TensorRT say while they load or build an engine, as words for a page. Pure. The lines are those of
 * nvdsinfer_context_impl.cpp, behind GStreamer's prefix:
 * `0:00:01.99 22753 0x5555 INFO nvinfer gstnvinfer.cpp:638:gst_nvinfer_logger:<infer> NvDsInferContext[UID 1]: Info from
 * NvDsInferContextImpl::buildModel() <nvdsinfer_context_impl.cpp:1914> [UID = 1]: Trying to create engine from model files`
 */

export type BuildNews =
  /** How far it is. */
  | { what: 'progress'; words: string }
  /** An engine that was there was not taken, so nvinfer builds it again. */
  | { what: 'rebuilt'; because: string }
  /** What went wrong, when the build fails after it. */
  | { what: 'trouble'; words: string }

const context = /NvDsInferContext\[UID \d+\]: (?<level>Info|Warning|Error) from .*?\[UID = \d+\]: (?<text>.*)$/
const tensorrt = /^(?<level>INFO|WARNING|ERROR): (?:\.\.\/)*\S*\s*\[TRT\]: (?<text>.*)$/

const rebuilds: [pattern: RegExp, because: string][] = [
  [
    /^deserialize backend context from engine from file/,
    'the engine could not be loaded (another GPU or TensorRT, or a damaged file)'
  ],
  [/failed to match config params/, 'the engine was built for another batch, size or kind of output'],
  [/^Backend has maxBatchSize (\d+) whereas (\d+) has been requested/, 'the engine was built for a smaller batch']
]
const progress: [pattern: RegExp, words: string][] = [
  [/^Trying to create engine from model files/, 'TensorRT reads the model.'],
  [/^serialize cuda engine to file/, 'The engine is written to the disk.'],
  [/^(?:Use deserialized engine model|deserialized trt engine)/, 'The engine is loaded.'],
  [/Timing Runner|Tactic|Autotuning/i, 'TensorRT tries out the fastest ways to compute each layer.'],
  [/Local timing cache|global timing cache/i, 'TensorRT tries out the fastest ways to compute each layer.'],
  [/Calibrat/i, 'TensorRT calibrates INT8.']
]

export function buildNews(line: string): BuildNews | null {
  const said = (context.exec(line) ?? tensorrt.exec(line))?.groups
  if (said === undefined) return null
  const { level = '', text = '' } = said
  for (const [pattern, because] of rebuilds) if (pattern.test(text)) return { what: 'rebuilt', because }
  for (const [pattern, words] of progress) if (pattern.test(text)) return { what: 'progress', words }
  return level.toLowerCase() === 'error' ? { what: 'trouble', words: text.trim() } : null
}
