/**
 * The DeepStream pipeline on stand-ins under NVIDIA's names (native/elements/testing): every metadata layout, both muxes,
 * both platforms. What only NVIDIA's binaries can show is in test/gpu.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { writeClassifier } from '@vedette/native/tiny_model'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { writeNullModel } from '../bench/null_model.ts'
import { FOOTAGE } from '../world/cache.ts'
import type { FlowOptions } from '../world/deepstream_flow.ts'
import { runFlow } from '../world/deepstream_program.ts'

const SIDE = 96
/** Where the model finds its object in every picture, as shares of it: left, top, width, height. */
const BOX = [0.396, 0.396, 0.208, 0.208]

let folder = ''
let options: FlowOptions
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'vedette-deepstream-'))
  const detector = await writeNullModel(folder, SIDE, [SIDE / 2, SIDE / 2, 20, 20, 0.9])
  options = { detector, classifier: writeClassifier(folder, 0), element: 'infer', film: FOOTAGE, limitMs: 60_000 }
})
afterAll(() => rmSync(folder, { recursive: true }))

const everyKind = ['A0', 'A', 'B', 'C', 'D'].flatMap((layout) =>
  ['legacy', 'new'].flatMap((mux) => ['dgpu', 'jetson'].map((platform) => ({ layout, mux, platform })))
)

function standIns({ layout = 'B', mux = 'legacy', platform = 'dgpu' }, more: Record<string, string> = {}) {
  return {
    VEDETTE_REGISTER_NV: '1',
    VEDETTE_ABI_CLASS: layout,
    USE_NEW_NVSTREAMMUX: mux === 'new' ? 'yes' : 'no',
    VEDETTE_STAND_IN_PLATFORM: platform,
    ...more
  }
}

test.each(everyKind)(
  'metadata $layout, $mux nvstreammux, $platform: two cameras, three models in a row, pictures, a camera removed and back',
  async (kind) => {
    const result = await runFlow(options, standIns(kind))
    expect(result.errors).toEqual([])
    expect(result.codecs).toEqual(expect.arrayContaining(['h264', 'raw']))
    expect(result.frames.map(({ width, height }) => [width, height])).toEqual([
      [768, 576],
      [640, 360],
      [768, 576]
    ])
    for (const { box, tracks } of result.frames) {
      expect(tracks).toBe(1)
      for (const [i, share] of BOX.entries()) expect(box[i]).toBeCloseTo(share, 2)
    }
    expect(result.classified).toBeGreaterThan(0)
    expect(result.picture).toEqual({ width: 160, height: 120, isJpeg: true })
    expect(result.framesOfTheOther).toBeGreaterThan(0)
    expect(result.lateFrames).toBe(0)
  }
)

test('a decoder whose device does not open is left for one in software', async () => {
  const result = await runFlow(options, standIns({}, { VEDETTE_STAND_IN_NO_DECODER: '1' }))
  expect(result.errors).toEqual([])
  expect(result.frames).toHaveLength(3)
})

test('nvinferserver takes the place of nvinfer', async () => {
  const result = await runFlow({ ...options, element: 'inferserver' }, standIns({}))
  expect(result.errors).toEqual([])
  expect(result.classified).toBeGreaterThan(0)
})

test.each([
  { mux: 'legacy', platform: 'dgpu' },
  { mux: 'new', platform: 'dgpu' },
  { mux: 'legacy', platform: 'jetson' }
])(
  '$mux nvstreammux, $platform: each element that can choose works on the GPU and in the memory of the settings, and the mux takes another timeout while it runs',
  async (kind) => {
    const notes = join(folder, `${kind.mux}-${kind.platform}.txt`)
    const told = { gpu: 1, memory: 'unified' } as const
    const result = await runFlow({ ...options, ...told }, standIns(kind, { VEDETTE_STAND_IN_NOTES: notes }))
    expect(result.errors).toEqual([])
    const noted = new Set(readFileSync(notes, 'utf8').split('\n'))
    const onServer = kind.platform === 'dgpu'
    const legacy = kind.mux === 'legacy'
    expect(noted.has('nvstreammux batched-push-timeout 20000')).toBe(true)
    expect(noted.has('nvstreammux gpu-id 1')).toBe(legacy)
    expect(noted.has('nvstreammux nvbuf-memory-type 3')).toBe(legacy)
    expect(noted.has('nvv4l2decoder gpu-id 1')).toBe(onServer)
    expect(noted.has('nvv4l2decoder cudadec-memtype 2')).toBe(onServer)
    expect(noted.has('nvvideoconvert gpu-id 1')).toBe(onServer)
    expect(noted.has('nvvideoconvert nvbuf-memory-type 3')).toBe(true)
  }
)
