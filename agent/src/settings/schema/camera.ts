/** A camera of a box that has no console, completed to what the protocol calls a camera. */
import { Camera, check, Detection, Masks, Name, Rules } from '@vedette/protocol'
import { checkRules } from '@vedette/rules'
import Type, { type Static } from 'typebox'
import { Secret } from '../secret.ts'
import { closed } from './closed.ts'
import { FilePath } from './file_path.ts'

const Optional = Type.Optional

/** Which source may have which is the protocol's to say. */
const Policy = Optional(Type.Union([Type.Literal('realtime'), Type.Literal('every-frame')]))

const Source = Type.Union([
  Type.Object(
    {
      kind: Type.Literal('rtsp'),
      url: Type.String(),
      transport: Optional(Type.Union([Type.Literal('auto'), Type.Literal('tcp'), Type.Literal('udp')])),
      latencyMs: Optional(Type.Integer()),
      detectUrl: Optional(Type.String()),
      policy: Policy
    },
    closed
  ),
  Type.Object({ kind: Type.Literal('file'), path: FilePath, loop: Optional(Type.Boolean()), policy: Policy }, closed),
  Type.Object(
    { kind: Type.Literal('http'), url: Type.String(), loop: Optional(Type.Boolean()), policy: Policy },
    closed
  ),
  Type.Object({ kind: Type.Literal('v4l2'), device: Type.String(), policy: Policy }, closed),
  Type.Object(
    {
      kind: Type.Literal('test'),
      width: Optional(Type.Integer()),
      height: Optional(Type.Integer()),
      fps: Optional(Type.Integer()),
      shapes: Optional(Type.Integer()),
      seed: Optional(Type.Integer()),
      policy: Policy
    },
    closed
  )
])

/** The protocol's camera, with everything but its source optional. */
export const LocalCameraFile = Type.Object(
  {
    name: Optional(Name),
    enabled: Optional(Type.Boolean()),
    source: Source,
    user: Optional(Type.String()),
    password: Optional(Type.String()),
    detection: Optional(Type.Partial(Detection, closed)),
    frames: Optional(Type.Union([Type.Literal('leased'), Type.Literal('all')])),
    rules: Optional(Rules),
    masks: Optional(Masks)
  },
  closed
)
export type LocalCameraFile = Static<typeof LocalCameraFile>

export interface LocalCamera {
  camera: Camera
  credential: { user: string; password: Secret } | null
}

export function localCamera(id: string, given: LocalCameraFile): LocalCamera {
  const camera = check(
    Camera,
    {
      name: given.name ?? id,
      enabled: given.enabled ?? true,
      source: { ...sourceDefaults[given.source.kind], ...given.source },
      detection: { enabled: true, maxFps: 0, minConfidence: 0, classes: [], ...given.detection },
      frames: given.frames ?? 'leased',
      ...(given.rules && { rules: given.rules }),
      ...(given.masks && { masks: given.masks })
    },
    `cameras.${id}`
  )
  checkRules(camera, `cameras.${id}`)
  const credential =
    given.user === undefined && given.password === undefined
      ? null
      : { user: given.user ?? '', password: new Secret(given.password ?? '') }
  return { camera, credential }
}

const sourceDefaults = {
  rtsp: { transport: 'auto' },
  file: { loop: false },
  http: { loop: false },
  v4l2: {},
  test: { width: 640, height: 360, fps: 15, shapes: 3, seed: 1 }
} as const
