/** What a box can be told in its settings file. `configs/box.yaml` shows every key; a test loads it. */
import { Analysis, Detection, Id, Name, PictureSize } from '@vedette/protocol'
import Type, { type Static } from 'typebox'
import { HttpSettingsFile } from './http_settings.ts'

const closed = { additionalProperties: false }
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
  Type.Object(
    { kind: Type.Literal('file'), path: Type.String(), loop: Optional(Type.Boolean()), policy: Policy },
    closed
  ),
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

/** A camera of a box that has no console: the protocol's camera, with everything but its source optional. */
const LocalCamera = Type.Object(
  {
    name: Optional(Name),
    enabled: Optional(Type.Boolean()),
    source: Source,
    user: Optional(Type.String()),
    password: Optional(Type.String()),
    detection: Optional(Type.Partial(Detection, closed)),
    frames: Optional(Type.Union([Type.Literal('leased'), Type.Literal('all')]))
  },
  closed
)

export const SettingsFile = Type.Object(
  {
    box: Type.Object({ id: Id, name: Optional(Name) }, closed),
    dataDir: Type.String({ minLength: 1 }),
    console: Optional(
      Type.Object(
        {
          url: Type.String({ pattern: '^https?://' }),
          mqtt: Type.String({ pattern: '^mqtts?://' }),
          secret: Type.String({ minLength: 1 }),
          root: Optional(Type.String({ pattern: '^[^+#\\s]+$' })),
          /** PEM file of the authority that signed the console's certificate. */
          ca: Optional(Type.String())
        },
        closed
      )
    ),
    http: Optional(HttpSettingsFile),
    pipeline: Optional(
      Type.Object(
        {
          family: Optional(Type.Union([Type.Literal('auto'), Type.Literal('cpu'), Type.Literal('deepstream')])),
          maxSources: Optional(Type.Integer({ minimum: 1, maximum: 256 })),
          /** A box that is too slow analyses fewer frames, and says so. */
          adapt: Optional(Type.Boolean()),
          inferThreads: Optional(Type.Integer({ minimum: 1, maximum: 256 })),
          width: Optional(PictureSize.properties.width),
          height: Optional(PictureSize.properties.height),
          /** A server, or a folder of models, in place of TensorRT engines of the box's own. */
          triton: Optional(
            Type.Union([
              Type.Object({ grpc: Type.String({ pattern: '^[^\\s/]+:\\d+$' }) }, closed),
              Type.Object({ repo: Type.String({ minLength: 1 }) }, closed)
            ])
          ),
          engineCacheBytes: Optional(Type.Integer({ minimum: 0 }))
        },
        closed
      )
    ),
    models: Optional(Type.Array(Type.String({ minLength: 1 }))),
    cameras: Optional(Type.Record(Id, LocalCamera)),
    analysis: Optional(Type.Partial(Analysis, closed)),
    spool: Optional(
      Type.Object(
        {
          maxBytes: Optional(Type.Integer({ minimum: 65_536 })),
          maxAgeDays: Optional(Type.Number({ exclusiveMinimum: 0 }))
        },
        closed
      )
    ),
    /** How long a new model must run and see something before it is kept. */
    modelTrialS: Optional(Type.Number({ minimum: 5, maximum: 3600 })),
    healthIntervalS: Optional(Type.Number({ minimum: 1, maximum: 3600 })),
    logLevel: Optional(
      Type.Union([Type.Literal('debug'), Type.Literal('info'), Type.Literal('warn'), Type.Literal('error')])
    )
  },
  closed
)
export type SettingsFile = Static<typeof SettingsFile>
