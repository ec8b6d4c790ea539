/**
 * Keys of nvinfer's INI file that not every release knows: it warns about what it does not know, and an option that has
 * no effect must not look as if it had one. Read in gstnvinfer_property_parser.h of each release.
 */
import { type InferMachine, isAtLeast } from './machine.ts'

/** The release that brought the key. */
const since: Readonly<Record<string, string>> = {
  'classifier-type': '6.0',
  'input-tensor-from-meta': '6.0',
  'network-input-order': '6.0',
  'segmentation-output-order': '6.0',
  'symmetric-padding': '6.0',
  'tensor-meta-pool-size': '6.0',
  'crop-objects-to-roi-boundary': '6.2',
  'disable-output-host-copy': '6.2',
  'auto-inc-mem': '6.3',
  'max-gpu-mem-per': '6.3',
  'dump-input-tensor': '6.4',
  'dump-output-tensor': '6.4',
  'ip-tensor-file': '6.4',
  'op-tensor-files': '6.4',
  'overwrite-input-tensor': '6.4',
  'overwrite-output-tensor': '6.4',
  'raw-output-file-write': '7.0',
  'parse-segmentation-func-name': '8.0',
  'dynamic-properties': '9.0',
  'stabilize-buffer-count': '9.0',
  'strongly-typed': '9.0',
  'warmup-engine': '9.0'
}

/** Another model may be in the same file of a package, and this box decides about these. */
const ofTheBox = ['uff-file', 'model-file', 'proto-file', 'tlt-encoded-model', 'tlt-model-key']

export function isKnown(key: string, { deepstream, tensorrt, platform }: InferMachine): boolean {
  if (ofTheBox.includes(key)) return false
  // TensorRT 10 has explicit batches only.
  if (key === 'force-implicit-batch-dim') return tensorrt === null || !isAtLeast(tensorrt, '10')
  // 2 is the VIC, which only Jetsons have; a default is right everywhere.
  if (key === 'scaling-compute-hw') return platform === 'jetson'
  const release = since[key]
  return release === undefined || isAtLeast(deepstream, release)
}
