import { expect, test } from 'vitest'
import { buildNews } from './build_log.ts'

const nvinfer = (level: 'Info' | 'Warning' | 'Error', text: string) =>
  `0:00:01.998921093 22753   0x5555c63f50 ${level === 'Info' ? 'INFO' : 'WARN'}                 nvinfer gstnvinfer.cpp:638:` +
  `gst_nvinfer_logger:<infer> NvDsInferContext[UID 1]: ${level} from NvDsInferContextImpl::buildModel() ` +
  `<nvdsinfer_context_impl.cpp:1914> [UID = 1]: ${text}`

test.each([
  [nvinfer('Info', 'Trying to create engine from model files'), 'TensorRT reads the model.'],
  [
    nvinfer('Info', 'serialize cuda engine to file: /e/model.onnx_b16_gpu0_fp16.engine successfully'),
    'The engine is written to the disk.'
  ],
  [nvinfer('Info', 'Use deserialized engine model: /e/model.onnx_b16_gpu0_fp16.engine'), 'The engine is loaded.'],
  [
    'INFO: [TRT]: Local timing cache in use. Profiling results in this builder pass will not be stored.',
    'TensorRT tries out the fastest ways to compute each layer.'
  ]
])('tells from %s how far a build is', (line, words) => {
  expect(buildNews(line)).toEqual({ what: 'progress', words })
})

test.each([
  [
    nvinfer('Warning', 'deserialize backend context from engine from file :/e/m.engine failed, try rebuild'),
    /could not be loaded/
  ],
  [
    nvinfer('Warning', 'deserialized backend context :/e/m.engine failed to match config params, trying rebuild'),
    /another batch, size or kind of output/
  ],
  [nvinfer('Warning', 'Backend has maxBatchSize 1 whereas 16 has been requested'), /smaller batch/]
])('tells from %s that an engine is built again', (line, because) => {
  expect(buildNews(line)).toEqual({ what: 'rebuilt', because: expect.stringMatching(because) })
})

test('keeps what an error says, and leaves out all else', () => {
  expect(buildNews('ERROR: [TRT]: 4: [network.cpp::validate::2965] Error Code 4: Internal Error')).toEqual({
    what: 'trouble',
    words: '4: [network.cpp::validate::2965] Error Code 4: Internal Error'
  })
  expect(buildNews(nvinfer('Error', 'build engine file failed'))).toMatchObject({ what: 'trouble' })
  expect(buildNews('interval 1 rtsp://admin@cam/1')).toBeNull()
  expect(buildNews('WARNING: [TRT]: onnx2trt_utils.cpp:366: Your ONNX model has INT64 weights')).toBeNull()
})
