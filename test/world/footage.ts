// node test/world/footage.ts: real footage for cameras, made once.
//
// Pedestrians from OpenCV's examples (vtest.avi in Debian's and Ubuntu's opencv-doc), as a camera would send them:
// H.264 without B-frames, a key frame every second, every frame and its time kept. The .deb is unpacked, not installed.
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { FOOTAGE } from './cache.ts'

const run = promisify(execFile)
const inPackage = 'usr/share/doc/opencv-doc/examples/data/vtest.avi'

export interface FootageOptions {
  /** Where the H.264 file shall be. */
  target?: string
  /** Footage to use instead of vtest. */
  video?: string
  log?: (line: string) => void
}

/** The path of the footage; made only when it is not there, or when a video is named. */
export async function makeFootage({
  target = FOOTAGE,
  video,
  log = console.log
}: FootageOptions = {}): Promise<string> {
  if (existsSync(target) && video === undefined) {
    log(`${target} is there`)
    return target
  }
  if (video !== undefined && !existsSync(video)) {
    throw new Error(`--video ${video}: there is no such file; expected one that GStreamer can decode.`)
  }
  const folder = await mkdtemp(join(tmpdir(), 'vedette-footage-'))
  try {
    const source = video ?? (await findVtest(folder, log))
    log(`re-encoding ${source} to H.264`)
    await mkdir(dirname(target), { recursive: true })
    const staged = `${target}.making-${process.pid}`
    await encode(resolve(source), staged)
    await rename(staged, target)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
  log(`${target} made`)
  return target
}

async function findVtest(folder: string, log: (line: string) => void): Promise<string> {
  const installed = join('/', inPackage)
  if (existsSync(installed)) return installed
  log('fetching opencv-doc (96 MB) with apt-get download, for its vtest.avi')
  try {
    await run('apt-get', ['download', 'opencv-doc'], { cwd: folder })
  } catch (error) {
    throw new Error(
      `Cannot fetch opencv-doc: ${firstLine(error)}. On Debian or Ubuntu run "apt-get update" first; ` +
        'elsewhere give footage of your own with --video FILE.'
    )
  }
  const deb = (await readdir(folder)).find((name) => name.endsWith('.deb'))
  if (deb === undefined) throw new Error(`apt-get download left no .deb in ${folder}; give footage with --video FILE.`)
  await run('dpkg-deb', ['-x', join(folder, deb), folder])
  const video = join(folder, inPackage)
  if (!existsSync(video)) throw new Error(`${deb} holds no ${inPackage}; give footage of your own with --video FILE.`)
  return video
}

/** The same film at 320x180, for many cameras at once. */
export function encodeSmall(source: string, target: string): Promise<void> {
  return encode(source, target, 'videoscale ! video/x-raw,width=320,height=180 ! ')
}

/** A key frame every ten frames: once a second in vtest. */
async function encode(source: string, target: string, resize = ''): Promise<void> {
  const pipeline =
    `decodebin ! ${resize}videoconvert ! video/x-raw,format=I420 ! x264enc bframes=0 key-int-max=10 pass=quant quantizer=21 ` +
    'speed-preset=veryfast ! video/x-h264,profile=main ! h264parse ! mp4mux faststart=true'
  const location = [`filesrc`, `location=${source}`, '!', ...pipeline.split(' '), '!', 'filesink', `location=${target}`]
  try {
    await run('gst-launch-1.0', ['-q', '-e', ...location])
  } catch (error) {
    await rm(target, { force: true })
    throw new Error(
      `GStreamer could not make H.264 of ${source}: ${firstLine(error)}. It needs gst-launch-1.0 and the plugins ` +
        'good, ugly (x264enc) and libav; "./dev setup" installs them.'
    )
  }
}

function firstLine(error: unknown): string {
  const { stderr, message } = error as { stderr?: string; message: string }
  return (stderr || message).trim().split('\n')[0]!
}

if (import.meta.main) await makeFootage()
