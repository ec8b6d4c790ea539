/** Films and an RTSP camera for tests, made by GStreamer on the spot. */
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

type OnTestFinished = (end: () => Promise<void>) => void

const built = process.env.VEDETTE_NATIVE ?? fileURLToPath(new URL('../../build', import.meta.url))

export async function makeFolder(onTestFinished: OnTestFinished): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'vedette-addon-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  return folder
}

/** A film of 25 frames a second; returns its path. */
export async function makeFilm(
  folder: string,
  options: { frames: number; encoder?: string; muxer?: string }
): Promise<string> {
  const path = join(folder, 'film.mp4')
  const line =
    `videotestsrc num-buffers=${options.frames} ! video/x-raw,width=320,height=240,framerate=25/1 ! ` +
    `${options.encoder ?? 'x264enc tune=zerolatency key-int-max=25'} ! ${options.muxer ?? 'mp4mux'} ! filesink location=${path}`
  await promisify(execFile)('gst-launch-1.0', ['-q', ...line.split(' ')])
  return path
}

export interface Camera {
  url: string
  /** As when its plug is pulled. */
  kill(): Promise<void>
}

export async function startCamera(
  onTestFinished: OnTestFinished,
  options: { encoder?: string; login?: [user: string, password: string] } = {}
): Promise<Camera> {
  const line =
    '( videotestsrc is-live=true ! video/x-raw,width=320,height=240,framerate=25/1 ! ' +
    `${options.encoder ?? 'x264enc tune=zerolatency key-int-max=25 ! rtph264pay name=pay0'} )`
  const server = spawn(join(built, 'rtsp-server'), ['/camera', line, ...(options.login ?? [])], {
    stdio: ['pipe', 'pipe', 'inherit']
  })
  const kill = async () => {
    if (server.exitCode !== null || server.signalCode !== null) return
    server.kill('SIGKILL')
    await once(server, 'exit')
  }
  onTestFinished(kill)
  const [port] = (await once(createInterface(server.stdout), 'line')) as [string]
  return { url: `rtsp://127.0.0.1:${port}/camera`, kill }
}
