/** Writes the nvinfer configuration of a package: read by DeepStream's nvinfer and by vdinfer alike. */
import { type FamilyName, families, type Preprocessing, type Thresholds } from './families.ts'

export interface InferInput {
  channels: number
  height: number
  width: number
  /** NHWC inputs are rare; our own converters always write NCHW. */
  layout: 'NCHW' | 'NHWC'
}

export interface InferConfig {
  family: FamilyName
  input: InferInput
  classes: number
  preprocessing: Preprocessing
  thresholds: Thresholds
}

export interface ClassifierConfig {
  /** Says what is classified, such as the package's name; nvinfer writes it into the metadata. */
  type: string
  input: InferInput
  preprocessing: Preprocessing
  /** A label less probable than this is not given. */
  threshold: number
}

/** Without a folder: whoever starts the pipeline knows where the libraries are and which object size fits. */
export const parserLibrary = 'libvedette_parsers.so'

export function writeNvinfer(config: InferConfig): string {
  const { thresholds } = config
  const { parser, findsMasks } = families[config.family]
  const property: Record<string, string | number> = {
    'gie-unique-id': 1,
    'network-type': findsMasks ? 3 : 0,
    'process-mode': 1,
    'num-detected-classes': config.classes,
    ...network(config),
    // Always written: nvinfer's default needs an OpenCV build.
    'cluster-mode': thresholds.clusterMode,
    'custom-lib-path': parserLibrary,
    ...(findsMasks ? masks(parser) : { 'parse-bbox-func-name': parser })
  }
  const attributes: Record<string, string | number> = {
    'pre-cluster-threshold': thresholds.preCluster,
    ...(thresholds.clusterMode === 2 && { 'nms-iou-threshold': thresholds.nmsIou, topk: 300 })
  }
  return `${section('property', property)}\n${section('class-attrs-all', attributes)}`
}

/** Runs on the objects that a detector has found. */
export function writeClassifier(config: ClassifierConfig): string {
  const property: Record<string, string | number> = {
    'gie-unique-id': 2,
    'network-type': 1,
    'process-mode': 2,
    ...network(config),
    'classifier-type': config.type,
    'classifier-threshold': number(config.threshold),
    // Fewer pixels than this say nothing.
    'input-object-min-width': 16,
    'input-object-min-height': 16
  }
  return section('property', property)
}

function masks(parser: string) {
  return {
    'parse-bbox-instance-mask-func-name': parser,
    // Without it the masks are computed and thrown away.
    'output-instance-mask': 1,
    // Of a cell's probability to belong to the object.
    'segmentation-threshold': 0.5
  }
}

function network({ input, preprocessing }: Pick<InferConfig, 'input' | 'preprocessing'>) {
  return {
    // FP16 where TensorRT runs; vdinfer computes in FP32.
    'network-mode': 2,
    'onnx-file': 'model.onnx',
    'labelfile-path': 'labels.txt',
    'batch-size': 1,
    // Wanted by nvinfer because the batch is dynamic.
    'infer-dims': `${input.channels};${input.height};${input.width}`,
    'network-input-order': input.layout === 'NCHW' ? 0 : 1,
    'model-color-format': input.channels === 1 ? 2 : preprocessing.color === 'RGB' ? 0 : 1,
    'net-scale-factor': number(preprocessing.scale),
    offsets: preprocessing.offsets.slice(0, input.channels).map(number).join(';'),
    'maintain-aspect-ratio': preprocessing.aspect === 'stretch' ? 0 : 1,
    'symmetric-padding': preprocessing.aspect === 'letterbox-symmetric' ? 1 : 0
  }
}

function section(name: string, keys: Record<string, string | number>): string {
  return `[${name}]\n${Object.entries(keys)
    .map(([key, value]) => `${key}=${value}\n`)
    .join('')}`
}

/** Nine digits: as many as a float can hold. */
function number(value: number): string {
  return String(Number(value.toPrecision(9)))
}
