/** Template search in real frames, beside sharp that only makes the same frames grey and smaller: one look at each pixel. */
import { createTemplateSearch, type RgbPicture } from '@vedette/native'
import sharp, { type Sharp } from 'sharp'
import { filmPictures } from '../world/film_picture.ts'
import { type Bench, cost } from './row.ts'

const FRAMES = 100
/** As a strategy gets them unless told. */
const WIDTH = 640
const FPS = 5
/** Cut out of the first frame. */
const THINGS = [
  { left: 96, top: 128, width: 32, height: 64 },
  { left: 320, top: 200, width: 48, height: 96 },
  { left: 480, top: 96, width: 64, height: 64 }
]
const SCALES = [0.8, 1, 1.25]
/** What 32 to 64 samples are reduced by, on their way to 16. */
const REDUCED_BY = 3

export const templates: Bench = {
  name: 'templates',
  run: async () => {
    sharp.concurrency(1)
    sharp.cache(false)
    const frames = await Promise.all((await filmPictures(FRAMES)).map((jpeg) => rgbOf(sharp(jpeg).resize(WIDTH))))
    const first = frames[0]!
    const search = createTemplateSearch({
      templates: await Promise.all(THINGS.map((thing) => rgbOf(raw(first).extract(thing)))),
      scales: SCALES,
      threshold: 0.8,
      limit: 20
    })
    const limit = await cpuMsOfEach(frames, (frame) =>
      raw(frame)
        .greyscale()
        .resize(Math.round(frame.width / REDUCED_BY))
        .raw()
        .toBuffer()
    )
    let found = 0
    const ours = await cpuMsOfEach(frames, (frame) => {
      found += search.look(frame).length
    })
    if (found === 0) throw new Error('expected the templates in the frame that they were cut out of, found none')
    const note =
      `${THINGS.length} templates of 32x64 to 64x64 in ${SCALES.length} sizes, ${first.width}x${first.height}; at ${FPS} FPS ` +
      `${((ours * FPS) / 1000).toFixed(3)} of a core; limit: sharp, grey and reduced by ${REDUCED_BY}`
    return [cost('templates.frame', { ours, limit, unit: 'ms CPU', bar: 0.1, note })]
  }
}

function raw({ width, height, data }: RgbPicture): Sharp {
  return sharp(data, { raw: { width, height, channels: 3 } })
}

async function rgbOf(picture: Sharp): Promise<RgbPicture> {
  const { data, info } = await picture.raw().toBuffer({ resolveWithObject: true })
  return { width: info.width, height: info.height, data: new Uint8Array(data) }
}

/** CPU time of all threads. */
async function cpuMsOfEach(frames: RgbPicture[], work: (frame: RgbPicture) => unknown): Promise<number> {
  await work(frames[0]!)
  const before = process.cpuUsage()
  for (const frame of frames) await work(frame)
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000 / frames.length
}
