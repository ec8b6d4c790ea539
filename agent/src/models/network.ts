/**
 * What a model must have in common with the one that runs to be put in its place while the pipeline plays. nvinfer
 * refuses another network size or a smaller batch, and copies all but the weights from the old one: classes, labels,
 * thresholds, parser, preprocessing (gstnvinfer_impl.cpp). Pure.
 */
import { createHash } from 'node:crypto'
import { parseIni } from '@vedette/model'
import { canonicalJson } from '@vedette/protocol'

/** Names of files: they lie where the model lies, and say nothing of the network. */
const files = new Set(['onnx-file', 'model-engine-file', 'labelfile-path', 'int8-calib-file'])

/** Equal for two models of which one can be put in the other's place. */
export function networkOf({ nvinfer, labels }: { nvinfer: string; labels: readonly string[] }): string {
  const groups = [...parseIni(nvinfer)].map(
    ([group, keys]) => [group, Object.fromEntries([...keys].filter(([key]) => !files.has(key)))] as const
  )
  return createHash('sha256')
    .update(canonicalJson([Object.fromEntries(groups), labels]))
    .digest('hex')
}
