/** Of a camera, what its form edits: to tell whether somebody else has changed it. */
import type { CameraDetail } from '#lib/view.ts'

export function cameraSettings(camera: CameraDetail | null) {
  if (camera === null) return null
  const { name, enabled, source, hasCredential, detection, frames } = camera
  return { name, enabled, source, hasCredential, detection, frames }
}
