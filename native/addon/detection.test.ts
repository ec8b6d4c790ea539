import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { decodeFrameBatch } from '@vedette/protocol'
import { expect, onTestFinished, test } from 'vitest'
import { detectorStage } from '../stage.ts'
import { makeFilm, makeFolder } from './testing/camera.ts'
import { source, startWorld } from './testing/world.ts'

const cache = process.env.VEDETTE_CACHE ?? join(homedir(), '.cache/vedette')
const config = join(cache, 'models/ssd-mobilenet-v2-oid-1.0.0/nvinfer.txt')

test.runIf(existsSync(config) && process.arch === 'x64')(
  'a film runs through detector and tracker, every frame comes out and boxes lie in the picture',
  async () => {
    const path = await makeFilm(await makeFolder(onTestFinished), { frames: 30 })
    const world = await startWorld(onTestFinished, { stages: [detectorStage(config)], tracker: 'default' })
    await world.pipeline.addSource(source({ kind: 'file', path, loop: false }, { policy: 'every-frame' }))
    world.pipeline.setInterval(1, 1)
    await world.event(0, 'ended')
    expect(world.errors).toEqual([])
    const frames = decodeFrameBatch(Buffer.concat(world.framesOf(0).map((frame) => frame.entry))).frames
    expect(frames.map((frame) => frame.number)).toEqual(Array.from({ length: 30 }, (_, i) => i + 1))
    for (const frame of frames) {
      frame.left.forEach((left, i) => {
        expect(left + (frame.boxWidth[i] ?? 0)).toBeLessThanOrEqual(1.0001)
        expect(frame.trackId[i]).toBeGreaterThanOrEqual(0)
      })
    }
  }
)
