/**
 * From the nvinfer.txt of a package to the protobuf text that nvinferserver reads, for a model that a Triton server
 * runs: the same preprocessing, thresholds and parser, another place of inference. Pure. Field names are those of
 * nvdsinferserver_config.proto and nvdsinferserver_plugin.proto.
 */
import { parseIni, type Task } from '@vedette/model'

/** A server that is asked over gRPC, or one inside the pipeline's process with a folder of models. */
export type Triton = { grpc: string } | { repo: string }

export interface TritonConfigInput {
  nvinfer: string
  task: Task
  triton: Triton
  /** As the server or the repository calls the model; the newest version of it runs. */
  model: string
  /** Name of the model's input. */
  tensor: string
  /** `gie-unique-id`. */
  id: number
  gpu: number
  batchSize: number
  labels: string
  /** Path of our parser library. */
  parsers: string
}

/** Numbers and enumerators stand as they are; what is text is marked as such. */
interface Fields {
  [name: string]: Fields | Text | number | string | readonly number[]
}
interface Text {
  text: string
}

/** Its postprocessing for detectors knows no masks, and it calls no parser that does. */
export function runsOnTriton(nvinfer: string): boolean {
  return parseIni(nvinfer).get('property')?.get('network-type') !== '3'
}

export function tritonConfig(input: TritonConfigInput): string {
  const ini = parseIni(input.nvinfer)
  const property = ini.get('property') ?? new Map<string, string>()
  const isDetector = input.task === 'detection'
  return write({
    infer_config: {
      unique_id: input.id,
      gpu_ids: [input.gpu],
      max_batch_size: input.batchSize,
      backend: { triton: { model_name: quoted(input.model), version: -1, ...server(input.triton) } },
      preprocess: preprocess(property, input.tensor),
      postprocess: {
        labelfile_path: quoted(input.labels),
        ...(isDetector
          ? { detection: detection(property, ini.get('class-attrs-all') ?? new Map()) }
          : { classification: { threshold: Number(property.get('classifier-threshold') ?? 0) } })
      },
      ...(isDetector && { custom_lib: { path: quoted(input.parsers) } })
    },
    input_control: {
      process_mode: isDetector ? 'PROCESS_MODE_FULL_FRAME' : 'PROCESS_MODE_CLIP_OBJECTS',
      interval: 0
    },
    output_control: { output_tensor_meta: 'false' }
  })
}

function server(triton: Triton): Fields {
  if ('grpc' in triton) return { grpc: { url: quoted(triton.grpc), enable_cuda_buffer_sharing: 'false' } }
  return { model_repo: { root: quoted(triton.repo), strict_model_config: 'true' } }
}

function preprocess(property: ReadonlyMap<string, string>, tensor: string): Fields {
  const formats = ['IMAGE_FORMAT_RGB', 'IMAGE_FORMAT_BGR', 'IMAGE_FORMAT_GRAY']
  const offsets = (property.get('offsets') ?? '').split(';').filter(Boolean).map(Number)
  return {
    network_format: formats[Number(property.get('model-color-format') ?? 0)] ?? formats[0]!,
    tensor_order: property.get('network-input-order') === '1' ? 'TENSOR_ORDER_NHWC' : 'TENSOR_ORDER_LINEAR',
    tensor_name: quoted(tensor),
    maintain_aspect_ratio: property.get('maintain-aspect-ratio') === '1' ? 1 : 0,
    symmetric_padding: property.get('symmetric-padding') === '1' ? 1 : 0,
    normalize: {
      scale_factor: Number(property.get('net-scale-factor') ?? 1),
      ...(offsets.length > 0 && { channel_offsets: offsets })
    }
  }
}

function detection(property: ReadonlyMap<string, string>, attributes: ReadonlyMap<string, string>): Fields {
  const threshold = Number(attributes.get('pre-cluster-threshold') ?? 0.2)
  return {
    num_detected_classes: Number(property.get('num-detected-classes') ?? 0),
    custom_parse_bbox_func: quoted(property.get('parse-bbox-func-name') ?? ''),
    // simple_cluster keeps all that reach the threshold, as nvinfer's cluster-mode=4 does.
    ...(property.get('cluster-mode') === '4'
      ? { simple_cluster: { threshold } }
      : {
          nms: {
            confidence_threshold: threshold,
            iou_threshold: Number(attributes.get('nms-iou-threshold') ?? 0.3),
            topk: Number(attributes.get('topk') ?? 300)
          }
        })
  }
}

function quoted(text: string): Text {
  return { text }
}

function write(fields: Fields, indent = ''): string {
  return Object.entries(fields)
    .map(([name, value]) => {
      if (Array.isArray(value)) return `${indent}${name}: [${value.join(', ')}]\n`
      if (typeof value !== 'object') return `${indent}${name}: ${value}\n`
      if (isText(value)) return `${indent}${name}: ${JSON.stringify(value.text)}\n`
      return `${indent}${name} {\n${write(value as Fields, `${indent}  `)}${indent}}\n`
    })
    .join('')
}

function isText(value: object): value is Text {
  return 'text' in value && typeof value.text === 'string'
}
