/** A box's own figures, read from its metrics page as Prometheus does. */
import type { RunningBox } from './box.ts'

export interface CameraMetrics {
  framesDecoded: number
  /** Since the model that runs was started. */
  framesAnalysed: number
  /** Because analysis was slower. */
  framesDropped: number
  /** Times at which a frame did not follow the one before, at the mux. */
  ptsGaps: number
}

/** Null as long as the engine has counted nothing of the camera. */
export async function cameraMetrics(box: RunningBox, camera: string): Promise<CameraMetrics | null> {
  const text = await (await fetch(`http://127.0.0.1:${await box.port}/metrics`)).text()
  const read = (name: string) => {
    const value = new RegExp(`^${name}\\{camera="${camera}"\\} (.+)$`, 'm').exec(text)?.[1]
    return value === undefined ? null : Number(value)
  }
  const framesDecoded = read('vedette_camera_frames_decoded_total')
  const framesAnalysed = read('vedette_camera_frames_analysed_total')
  const framesDropped = read('vedette_camera_frames_dropped_total')
  const ptsGaps = read('vedette_camera_pts_gaps_total')
  if (framesDecoded === null || framesAnalysed === null || framesDropped === null || ptsGaps === null) return null
  return { framesDecoded, framesAnalysed, framesDropped, ptsGaps }
}
