/**
 * How many cameras keep their rate, by two runs (the method of NVIDIA's profiling guide for DeepStream): an unpaced one
 * tells how many there could be, a paced one whether they really do; from there down until they do.
 */
export interface Contender {
  /** Frames a second of all films together, nothing paced. */
  unpaced(): Promise<number>
  /** Frames a second of the camera that is served worst, with so many at their own pace. */
  slowest(cameras: number): Promise<number>
}

/** A camera is kept up with when 19 of 20 of its frames are. */
const KEPT = 0.95

export async function realtimeCameras(fps: number, contender: Contender): Promise<number> {
  let cameras = Math.max(1, Math.floor((await contender.unpaced()) / fps))
  while (cameras > 1 && (await contender.slowest(cameras)) < fps * KEPT) cameras--
  return cameras
}
