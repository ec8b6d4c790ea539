/** Eight 1080p films decoded, scaled, converted and batched, beside stock elements doing the same without a batch. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { makeFilm1080p } from './film_1080p.ts'
import { writeNullModel } from './null_model.ts'
import { pipelineRate } from './pipeline_rate.ts'
import { launch } from './raw.ts'
import { type Bench, throughput } from './row.ts'

const FILMS = 8
const FILM_FRAMES = 795
const SIDE = 416
const SCALE = `videoscale ! videoconvert ! video/x-raw,format=RGB,width=${SIDE},height=${SIDE}`

export const decode: Bench = {
  name: 'decode',
  run: async () => {
    const film = await makeFilm1080p()
    const folder = await mkdtemp(join(tmpdir(), 'vedette-bench-'))
    try {
      const config = await writeNullModel(folder, SIDE)
      const films = { path: film, frames: FILM_FRAMES, sources: FILMS, width: 1920, height: 1080 }
      const branch = `filesrc location=${film} ! qtdemux ! h264parse ! avdec_h264 ! ${SCALE} ! fakesink sync=false`
      const branches = Array<string>(FILMS).fill(branch).join(' ')
      // One round: each side takes half a minute and more.
      const limit = launch(branches, FILMS * FILM_FRAMES).perSecond
      const ours = await pipelineRate(films, config, 1)
      return [throughput('decode.8x1080p', { ours, limit, unit: 'frames/s', bar: 0.95 })]
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  }
}
