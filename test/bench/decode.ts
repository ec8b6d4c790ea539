/** Eight 1080p films decoded, scaled, converted and batched, beside stock elements doing the same without a batch. */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { cacheDir, FOOTAGE } from '../world/cache.ts'
import { writeNullModel } from './null_model.ts'
import { pipelineRate } from './pipeline_rate.ts'
import { launch } from './raw.ts'
import { type Bench, throughput } from './row.ts'

const FILMS = 8
const FILM_FRAMES = 795
const SIDE = 416
const film = join(cacheDir(), 'footage/vtest-1080p.mp4')

const DECODE = `filesrc location=${film} ! qtdemux ! h264parse ! avdec_h264`
const SCALE = `videoscale ! videoconvert ! video/x-raw,format=RGB,width=${SIDE},height=${SIDE}`

export const decode: Bench = {
  name: 'decode',
  run: async () => {
    await makeFilm()
    const folder = await mkdtemp(join(tmpdir(), 'vedette-bench-'))
    try {
      const config = await writeNullModel(folder, SIDE)
      const films = { path: film, frames: FILM_FRAMES, sources: FILMS, width: 1920, height: 1080 }
      const branches = Array.from({ length: FILMS }, () => `${DECODE} ! ${SCALE} ! fakesink sync=false`).join(' ')
      // One round: each side takes half a minute and more.
      const limit = launch(branches, FILMS * FILM_FRAMES).perSecond
      const ours = await pipelineRate(films, config, 1)
      return [throughput('decode.8x1080p', { ours, limit, unit: 'frames/s', bar: 0.9 })]
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  }
}

/** The pedestrians at 1080p and about 4 Mbit/s, made once. */
async function makeFilm(): Promise<void> {
  if (existsSync(film)) return
  const staged = `${film}.making-${process.pid}`
  const pipeline =
    `filesrc location=${FOOTAGE} ! qtdemux ! h264parse ! avdec_h264 ! videoscale ! ` +
    'video/x-raw,width=1920,height=1080,pixel-aspect-ratio=1/1 ! ' +
    'x264enc bframes=0 key-int-max=10 bitrate=4000 speed-preset=veryfast ! video/x-h264,profile=main ! ' +
    `h264parse ! mp4mux faststart=true ! filesink location=${staged}`
  const { status, stderr } = spawnSync('gst-launch-1.0', ['-q', '-e', ...pipeline.split(' ')], { encoding: 'utf8' })
  if (status !== 0) throw new Error(`expected gst-launch-1.0 to make ${film}, but it said: ${stderr}`)
  await rename(staged, film)
}
