/**
 * The peer that anybody can put together in an afternoon: FFmpeg decodes and scales each film and pipes raw pictures to
 * JavaScript, which normalises them, runs NanoDet by onnxruntime-node, and reads its boxes.
 */
import { type ChildProcessByStdio, spawn } from 'node:child_process'
import type { Readable } from 'node:stream'
import { bgrPlanes, loadPlanarNanoDet, pictures, SIDE } from '../world/reference.ts'

export interface PeerRun {
  /** Detected pictures a second, all films together. */
  perSecond: number
  /** Pictures a second of the film that was served worst. */
  slowest: number
}

const LIMITS = { confidence: 0.4, iou: 0.5 }

/** `realtime`: each film at the pace of its timestamps, as cameras are. */
export async function ffmpegPeer(
  film: string,
  model: string,
  { films, seconds, threads, realtime }: { films: number; seconds: number; threads: number; realtime: boolean }
): Promise<PeerRun> {
  const detect = await loadPlanarNanoDet(model, threads)
  const decoders = Array.from({ length: films }, () => decoder(film, realtime))
  const counts = decoders.map(() => 0)
  // One inference at a time: the session's own threads take the cores.
  let turn: Promise<unknown> = Promise.resolve()
  const planes = new Float32Array(3 * SIDE * SIDE)
  let began = 0
  const until = Promise.withResolvers<void>()
  const serve = async (index: number) => {
    for await (const picture of pictures(decoders[index]!.stdout, SIDE * SIDE * 3)) {
      turn = turn.then(async () => {
        bgrPlanes(picture, planes)
        await detect(planes, LIMITS)
      })
      await turn
      if (began === 0) began = performance.now()
      else counts[index]!++
      if (performance.now() - began > seconds * 1000) until.resolve()
    }
  }
  const served = Promise.all(decoders.map((_, index) => serve(index)))
  await Promise.race([until.promise, served])
  const elapsed = (performance.now() - began) / 1000
  const [total, slowest] = [counts.reduce((a, b) => a + b, 0), Math.min(...counts)]
  for (const each of decoders) each.kill('SIGKILL')
  await served
  return { perSecond: total / elapsed, slowest: slowest / elapsed }
}

function decoder(film: string, realtime: boolean): ChildProcessByStdio<null, Readable, null> {
  const pace = realtime ? ['-re'] : []
  const picture = ['-vf', `scale=${SIDE}:${SIDE}:flags=bilinear`, '-pix_fmt', 'bgr24', '-f', 'rawvideo', 'pipe:1']
  const args = ['-v', 'fatal', ...pace, '-stream_loop', '-1', '-threads', '1', '-i', film, ...picture]
  return spawn('ffmpeg', args, { stdio: ['ignore', 'pipe', 'inherit'] })
}
