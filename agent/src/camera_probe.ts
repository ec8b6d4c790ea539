/** `vedette probe CAMERA --config FILE`: every stream of a camera of this box, one after the other. The rooms meet here. */
import type { Camera, Id } from '@vedette/protocol'
import { boxCameras, passwordOf } from './box_cameras.ts'
import type { Finding } from './finding.ts'
import { sourceInputs } from './pipeline/channel/engine_config.ts'
import { pairChecks } from './probe/stream_pair.ts'
import { type ProbeOptions, type ProbeReport, runProbe } from './probe.ts'
import type { Settings } from './settings.ts'

export interface CameraProbeReport {
  camera: Id
  streams: (ProbeReport & { stream: 'main' | 'detection' })[]
  /** Of the two beside each other. */
  findings: Finding[]
}

/** Throws when the box has no such camera. */
export async function configuredCamera(settings: Settings, id: Id): Promise<Camera> {
  const cameras = await boxCameras(settings)
  const camera = Object.hasOwn(cameras, id) ? cameras[id] : undefined
  if (camera !== undefined) return camera
  const from = settings.console ? 'last sent by its console' : 'in its settings'
  throw new Error(
    `expected a camera of box ${settings.box.id}, received "${id}"; ${from}: ${Object.keys(cameras).join(', ') || 'none'}`
  )
}

export async function runCameraProbe(
  { settings, id, camera }: { settings: Settings; id: Id; camera: Camera },
  options: ProbeOptions,
  signal: AbortSignal
): Promise<CameraProbeReport> {
  const password = await passwordOf(settings, id, camera)
  const { analysed, shown } = sourceInputs(camera, password ?? undefined)
  const main = await runProbe(shown ?? analysed, options, signal)
  const streams: CameraProbeReport['streams'] = [{ stream: 'main', ...main }]
  if (shown === null || signal.aborted) return { camera: id, streams, findings: [] }
  const detection = await runProbe(analysed, options, signal)
  streams.push({ stream: 'detection', ...detection })
  return { camera: id, streams, findings: pairChecks(main.picture, detection.picture) }
}
