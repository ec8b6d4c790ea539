import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { decodeFrameBatch } from '@vedette/protocol'
import { expect, onTestFinished, test } from 'vitest'
import { detectorStage } from '../stage.ts'
import { makeFilm, makeFolder } from './testing/camera.ts'
import { pattern, source, startWorld } from './testing/world.ts'

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

test.runIf(existsSync(config) && process.arch === 'x64')(
  'a frame that the mux threw away was dropped, and is not counted as muxed',
  async () => {
    const world = await startWorld(onTestFinished, { stages: [detectorStage(config)], batchedPushTimeoutUs: 5_000 })
    // More than one thread detects in on any machine.
    for (let i = 0; i < 4; i++) await world.pipeline.addSource(source(pattern({ fps: 120 }), { policy: 'realtime' }))
    const { sources } = await world.until('frames that were dropped and frames that were not', ({ stats }) =>
      stats.find(({ sources }) => sources.every((one) => one.framesDropped > 50 && one.framesAnalysed > 0))
    )
    for (const { framesDecoded, framesMuxed, framesAnalysed, framesDropped } of sources) {
      expect(framesMuxed).toBeGreaterThanOrEqual(framesAnalysed)
      // The counters are read one after the other.
      expect(framesMuxed + framesDropped).toBeLessThanOrEqual(framesDecoded + 5)
    }
  }
)
