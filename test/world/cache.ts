/** Where `./dev models` puts detectors and footage. */
import { homedir } from 'node:os'
import { join } from 'node:path'

export function cacheDir(): string {
  return process.env.VEDETTE_CACHE ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'vedette')
}

/** Pedestrians: 768 × 576, 10 frames a second, 795 frames (OpenCV's vtest, as H.264). */
export const FOOTAGE = join(cacheDir(), 'footage/vtest.mp4')
