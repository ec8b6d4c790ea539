// Two films on one box that is too slow for both: the one that is a job loses nothing, the other keeps up with the clock.
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { decode, decodeFrameBatch, type Frame } from '@vedette/protocol'
import { connectAsync } from 'mqtt'
import { expect, onTestFinished, test } from 'vitest'
import { modelRuns } from '../world/events.ts'
import { startFleet } from '../world/fleet.ts'
import { cameraMetrics } from '../world/metrics.ts'
import { eventually } from '../world/wait.ts'

const LIMIT_MS = 120_000
const JOB = { frames: 300, fps: 25 }
/** More than any processor gives a detector. */
const FAST = { frames: 480, fps: 120 }

test('every frame of a job is analysed in order; a film in real time drops the oldest, counts them and stays up to date', {
  timeout: 3 * LIMIT_MS,
  retry: 0
}, async () => {
  const fleet = await startFleet({
    // No rung of the ladder: what is given up here is frames.
    boxes: [{ name: 'Gate', cameras: ['Path'], settings: { pipeline: { maxSources: 4, adapt: false } } }],
    interval: 0
  })
  onTestFinished(() => fleet.stop())
  const { operator, server, dir } = fleet
  const box = fleet.boxes[0]!
  const { password } = await operator.addReader('watch')
  const url = `mqtt://127.0.0.1:${server.readOnlyPort}`
  const reader = await connectAsync(url, { username: 'watch', password })
  onTestFinished(() => reader.endAsync())
  const seen: Record<string, Frame[]> = { job: [], fast: [] }
  let names: readonly (string | null)[] = []
  reader.on('message', (topic, payload) => {
    if (topic.endsWith('catalog')) names = decode('up/catalog', payload).cameras
    else for (const frame of decodeFrameBatch(payload).frames) seen[names[frame.camera] ?? '']?.push(frame)
  })
  await reader.subscribeAsync([`vedette/v1/${box.id}/up/catalog`, `vedette/v1/${box.id}/up/frames`])

  const film = { allFrames: true, maxFps: 0 }
  await operator.addCamera(box.id, { ...film, name: 'Fast', url: await makeFilm(dir, 'fast', FAST) })
  await modelRuns(fleet, box)
  await eventually('the fast film', LIMIT_MS, () => seen.fast!.length > 20)
  await operator.addCamera(box.id, { ...film, name: 'Job', url: await makeFilm(dir, 'job', JOB), isJob: true })
  await eventually('the last frame of the job', LIMIT_MS, () => seen.job!.length >= JOB.frames)
  const fast = await eventually('drops', LIMIT_MS, async () => {
    const counted = await cameraMetrics(box.agent, 'fast')
    return counted !== null && counted.framesDropped > 0 && counted
  })

  const job = seen.job!
  expect(job.map(({ number }) => number)).toEqual(Array.from({ length: JOB.frames }, (_, i) => i + 1))
  expect(job.map(({ ptsNs }) => Number(ptsNs) / 1e6)).toEqual(
    Array.from({ length: JOB.frames }, (_, i) => (i * 1000) / JOB.fps)
  )
  expect(fast.framesDecoded - fast.framesAnalysed - fast.framesDropped).toBeLessThan(20)
  expect(fast.ptsGaps).toBe(0)
  const late = seen.fast!.slice(-20).map(({ latencyUs }) => latencyUs / 1000)
  expect(Math.max(...late)).toBeLessThan(2_000)
})

/** Plays as fast as its frame rate says; returns its path. */
async function makeFilm(dir: string, name: string, { frames, fps }: typeof JOB): Promise<string> {
  const path = join(dir, `${name}.mp4`)
  const line =
    `videotestsrc num-buffers=${frames} pattern=ball ! video/x-raw,width=320,height=240,framerate=${fps}/1 ! ` +
    `x264enc tune=zerolatency key-int-max=${fps} ! h264parse ! mp4mux ! filesink location=${path}`
  await promisify(execFile)('gst-launch-1.0', ['-q', ...line.split(' ')])
  return path
}
