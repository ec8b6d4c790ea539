import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { NativeAddon, Pipeline } from '@vedette/native'
import { detectorStage } from '@vedette/native/stage'
import { writeDetector } from '@vedette/native/tiny_model'
import { expect, onTestFinished, test } from 'vitest'
import { ImagePipeline } from './image_pipeline.ts'

const built = existsSync(fileURLToPath(new URL('../../../../../native/build/vedette.node', import.meta.url)))
const canvas = { width: 16, height: 8, fit: 'stretch' } as const

/** The addon, whose source says so often that it has no room. */
async function crowdedAddon(times: { left: number }): Promise<NativeAddon> {
  const addon = await import('@vedette/native')
  return {
    ...addon,
    createPipeline(description, handlers): Pipeline {
      const pipeline = addon.createPipeline(description, handlers)
      const push: Pipeline['push'] = (...frame) => times.left-- <= 0 && pipeline.push(...frame)
      return new Proxy(pipeline, {
        get: (_, name: keyof Pipeline) => (name === 'push' ? push : pipeline[name].bind(pipeline))
      })
    }
  }
}

test('a picture that its source has no room for yet is not passed by the next', { skip: !built }, async () => {
  const refusals = { left: 0 }
  const folder = mkdtempSync(join(tmpdir(), 'vedette-pictures-'))
  const images = new ImagePipeline({
    addon: await crowdedAddon(refusals),
    models: { family: 'cpu', stages: [detectorStage(writeDetector(folder))], labels: [], model: 'tiny' },
    limits: { maxBatch: 1, maxWaitMs: 5, maxPixels: 1000, threads: 1 },
    canvas,
    fatal: ({ message }) => expect.fail(message)
  })
  onTestFinished(async () => {
    await images.stop()
    rmSync(folder, { recursive: true })
  })
  await images.start()
  const grey = (value: number) => Buffer.alloc(canvas.width * canvas.height * 3, value)
  await images.look(grey(100))
  refusals.left = 1
  // The addon takes a time that goes back for a clock that jumped: none of them would be found again.
  const frames = await Promise.all([150, 200, 250].map((value) => images.look(grey(value))))
  const found = frames.map(({ confidence }) => Math.round(confidence[0]! * 255))
  expect(found).toEqual([150, 200, 250])
})
