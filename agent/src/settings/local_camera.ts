/** A camera from the settings file, completed to what the protocol calls a camera. */
import { Camera, check } from '@vedette/protocol'
import type { SettingsFile } from './schema.ts'
import { Secret } from './secret.ts'

export interface LocalCamera {
  camera: Camera
  credential: { user: string; password: Secret } | null
}

type Given = NonNullable<SettingsFile['cameras']>[string]

export function localCamera(id: string, given: Given): LocalCamera {
  const camera = check(
    Camera,
    {
      name: given.name ?? id,
      enabled: given.enabled ?? true,
      source: { ...sourceDefaults[given.source.kind], ...given.source },
      detection: { enabled: true, maxFps: 0, minConfidence: 0, classes: [], ...given.detection },
      frames: given.frames ?? 'leased'
    },
    `cameras.${id}`
  )
  const credential =
    given.user === undefined && given.password === undefined
      ? null
      : { user: given.user ?? '', password: new Secret(given.password ?? '') }
  return { camera, credential }
}

const sourceDefaults = {
  rtsp: { transport: 'auto', latencyMs: 200 },
  file: { loop: false },
  http: { loop: false },
  v4l2: {},
  test: { width: 640, height: 360, fps: 15, shapes: 3, seed: 1 }
} as const
