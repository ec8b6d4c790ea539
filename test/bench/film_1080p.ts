/** The pedestrians at 1080p and about 4 Mbit/s, made once. */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { rename } from 'node:fs/promises'
import { join } from 'node:path'
import { cacheDir, FOOTAGE } from '../world/cache.ts'

const film = join(cacheDir(), 'footage/vtest-1080p.mp4')

/** Its path. */
export async function makeFilm1080p(): Promise<string> {
  if (existsSync(film)) return film
  const staged = `${film}.making-${process.pid}`
  const pipeline =
    `filesrc location=${FOOTAGE} ! qtdemux ! h264parse ! avdec_h264 ! videoscale ! ` +
    'video/x-raw,width=1920,height=1080,pixel-aspect-ratio=1/1 ! ' +
    'x264enc bframes=0 key-int-max=10 bitrate=4000 speed-preset=veryfast ! video/x-h264,profile=main ! ' +
    `h264parse ! mp4mux faststart=true ! filesink location=${staged}`
  const { status, stderr } = spawnSync('gst-launch-1.0', ['-q', '-e', ...pipeline.split(' ')], { encoding: 'utf8' })
  if (status !== 0) throw new Error(`expected gst-launch-1.0 to make ${film}, but it said: ${stderr}`)
  await rename(staged, film)
  return film
}

/** The same pictures at 25 frames a second, as a camera shows them. */
export async function makeFilm1080p25(): Promise<string> {
  const fast = join(cacheDir(), 'footage/vtest-1080p25.mp4')
  if (existsSync(fast)) return fast
  const slow = await makeFilm1080p()
  const staged = `${fast}.making-${process.pid}.mp4`
  const faster = ['-v', 'error', '-itsscale', '0.4', '-i', slow, '-c', 'copy', '-movflags', '+faststart', staged]
  const { status, stderr } = spawnSync('ffmpeg', faster, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`expected ffmpeg to make ${fast}, but it said: ${stderr}`)
  await rename(staged, fast)
  return fast
}
