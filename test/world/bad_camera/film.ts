/** Real footage as RTP packets, made once by GStreamer's own payloaders; a bad camera only plays with them. */
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { FOOTAGE } from '../cache.ts'

/** sparse: a keyframe every 20 s; larger: another size; b-frames: pictures are sent in another order than shown. */
export const FILMS = ['plain', 'larger', 'sparse', 'b-frames', 'h265'] as const
export type FilmName = (typeof FILMS)[number]

/** Pictures a second, of the footage. */
export const FPS = 10
/** RTP clock of video (RFC 3551, 4.1). */
export const TICKS_A_SECOND = 90_000

export interface Film {
  encoding: 'H264' | 'H265'
  /** The packets of one picture each; the first picture is a keyframe. */
  pictures: Buffer[][]
  ticks: number
}

const SECONDS: Record<FilmName, number> = { plain: 10, larger: 10, sparse: 20, 'b-frames': 10, h265: 10 }
const H264 = 'x264enc speed-preset=ultrafast bitrate=400 tune=zerolatency'

const ENCODERS: Record<FilmName, string> = {
  plain: `${H264} key-int-max=10`,
  larger: `${H264} key-int-max=10`,
  sparse: `${H264} key-int-max=200 option-string=scenecut=0`,
  'b-frames': 'x264enc speed-preset=veryfast bitrate=400 bframes=3 b-adapt=false key-int-max=10',
  h265: 'x265enc speed-preset=ultrafast tune=zerolatency bitrate=400 key-int-max=10'
}

/** All films into a folder, for `readFilm`. */
export async function makeFilms(folder: string, names: readonly FilmName[] = FILMS): Promise<void> {
  for (const name of names) {
    const size = name === 'larger' ? 'width=640,height=480' : 'width=320,height=240'
    const payloader = name === 'h265' ? 'rtph265pay' : 'rtph264pay'
    const line =
      `filesrc location=${FOOTAGE} ! qtdemux ! avdec_h264 ! identity eos-after=${SECONDS[name] * FPS + 1} ! ` +
      `videoscale ! video/x-raw,${size} ! ${ENCODERS[name]} ! ` +
      `${payloader} pt=96 timestamp-offset=0 seqnum-offset=0 config-interval=-1 ! rtpstreampay ! ` +
      `filesink location=${join(folder, `${name}.rtp`)}`
    await promisify(execFile)('gst-launch-1.0', ['-q', ...line.split(' ')])
  }
}

/** RTP packets, each behind its length (RFC 4571). */
export function readFilm(folder: string, name: FilmName): Film {
  const bytes = readFileSync(join(folder, `${name}.rtp`))
  const pictures: Buffer[][] = [[]]
  for (let at = 0; at < bytes.length; at += 2 + bytes.readUInt16BE(at)) {
    const packet = bytes.subarray(at + 2, at + 2 + bytes.readUInt16BE(at))
    const isLastOfPicture = (packet[1]! & 0x80) !== 0
    pictures.at(-1)!.push(packet)
    if (isLastOfPicture) pictures.push([])
  }
  pictures.pop()
  const ticks = (pictures.length * TICKS_A_SECOND) / FPS
  return { encoding: name === 'h265' ? 'H265' : 'H264', pictures, ticks }
}
