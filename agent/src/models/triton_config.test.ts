import { families, writeClassifier, writeNvinfer } from '@vedette/model'
import { expect, test } from 'vitest'
import { runsOnTriton, type TritonConfigInput, tritonConfig } from './triton_config.ts'

const input = { channels: 3, height: 416, width: 416, layout: 'NCHW' } as const
const nanodet = writeNvinfer({ family: 'nanodet', input, classes: 80, ...families.nanodet })

function configOf(part: Partial<TritonConfigInput> = {}): string {
  return tritonConfig({
    ...{ nvinfer: nanodet, task: 'detection', triton: { grpc: 'triton.local:8001' }, model: 'nanodet-coco' },
    ...{ tensor: 'picture', id: 1, gpu: 0, batchSize: 8, labels: '/m/labels.txt', parsers: '/v/libvedette_parsers.so' },
    ...part
  })
}

test('a detector of a Triton server is written as nvinferserver reads it', () => {
  expect(configOf()).toBe(`infer_config {
  unique_id: 1
  gpu_ids: [0]
  max_batch_size: 8
  backend {
    triton {
      model_name: "nanodet-coco"
      version: -1
      grpc {
        url: "triton.local:8001"
        enable_cuda_buffer_sharing: false
      }
    }
  }
  preprocess {
    network_format: IMAGE_FORMAT_BGR
    tensor_order: TENSOR_ORDER_LINEAR
    tensor_name: "picture"
    maintain_aspect_ratio: 0
    symmetric_padding: 0
    normalize {
      scale_factor: 0.0174291939
      channel_offsets: [103.53, 116.28, 123.675]
    }
  }
  postprocess {
    labelfile_path: "/m/labels.txt"
    detection {
      num_detected_classes: 80
      custom_parse_bbox_func: "NvDsInferParseCustomNanoDet"
      nms {
        confidence_threshold: 0.4
        iou_threshold: 0.5
        topk: 300
      }
    }
  }
  custom_lib {
    path: "/v/libvedette_parsers.so"
  }
}
input_control {
  process_mode: PROCESS_MODE_FULL_FRAME
  interval: 0
}
output_control {
  output_tensor_meta: false
}
`)
})

test('a folder of models is served inside the pipeline', () => {
  expect(configOf({ triton: { repo: '/srv/triton' } })).toContain(`      model_repo {
        root: "/srv/triton"
        strict_model_config: true
      }
`)
})

test('a detector that has suppressed overlaps itself only gets a threshold', () => {
  const nvinfer = writeNvinfer({ family: 'detr', input, classes: 91, ...families.detr })
  expect(configOf({ nvinfer })).toContain('simple_cluster {\n        threshold: 0.4\n')
  expect(configOf({ nvinfer })).not.toContain('nms {')
})

test('a letterbox and the order of the input are told', () => {
  const nvinfer = writeNvinfer({
    family: 'yolov8',
    input: { ...input, layout: 'NHWC' },
    classes: 80,
    ...families.yolov8
  })
  const text = configOf({ nvinfer })
  for (const line of ['maintain_aspect_ratio: 1', 'symmetric_padding: 1', 'tensor_order: TENSOR_ORDER_NHWC'])
    expect(text).toContain(line)
})

test('a model that finds masks does not run on Triton', () => {
  expect(runsOnTriton(nanodet)).toBe(true)
  const family = 'yolov8-seg'
  expect(runsOnTriton(writeNvinfer({ family, input, classes: 80, ...families[family] }))).toBe(false)
})

test('a classifier runs on objects, with its threshold and without a parser', () => {
  const nvinfer = writeClassifier({
    type: 'colour',
    input,
    preprocessing: families.yolov8.preprocessing,
    threshold: 0.6
  })
  const text = configOf({ nvinfer, task: 'classification', id: 2 })
  expect(text).toContain('classification {\n      threshold: 0.6\n')
  expect(text).toContain('process_mode: PROCESS_MODE_CLIP_OBJECTS')
  expect(text).not.toContain('custom_lib')
})
