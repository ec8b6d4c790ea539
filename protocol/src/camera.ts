/** A camera as the desired state describes it. Source kinds are an open union: whip and hls are reserved. */
import Type, { type Static } from 'typebox'
import { Masks, Rules } from './rule.ts'
import { Count, Fraction, Id, Name } from './scalars.ts'

const closed = { additionalProperties: false }

/**
 * realtime: played like a camera; where analysis is slower, the oldest waiting frame is dropped and counted. every-frame:
 * none is dropped, analysis sets the pace. maxFps and motion decide before either.
 */
const Policy = Type.Optional(Type.Union([Type.Literal('realtime'), Type.Literal('every-frame')]))
const LivePolicy = Type.Optional(
  Type.Literal('realtime', { description: '"realtime", because a camera waits for nobody (every-frame is for films)' })
)

const RtspSource = Type.Object(
  {
    kind: Type.Literal('rtsp'),
    url: Type.String({ pattern: '^rtsps?://[^@\\s]+$', description: 'rtsp:// or rtsps:// without user and password' }),
    transport: Type.Union([Type.Literal('auto'), Type.Literal('tcp'), Type.Literal('udp')]),
    /** Of the jitter buffer. Absent: 200, and up to 2000 by itself where packets come late. */
    latencyMs: Type.Optional(Type.Integer({ minimum: 0, maximum: 60_000 })),
    /**
     * The camera's smaller stream, under the same user and password: it is analysed, and `url` is read only while somebody
     * looks. Absent: `url` for both.
     */
    detectUrl: Type.Optional(
      Type.String({ pattern: '^rtsps?://[^@\\s]+$', description: 'rtsp:// or rtsps:// without user and password' })
    ),
    policy: LivePolicy
  },
  closed
)
const FileSource = Type.Object(
  {
    kind: Type.Literal('file'),
    path: Type.String({ pattern: '^/', maxLength: 4096 }),
    loop: Type.Boolean(),
    policy: Policy
  },
  closed
)
const HttpSource = Type.Object(
  {
    kind: Type.Literal('http'),
    url: Type.String({ pattern: '^https?://[^@\\s]+$' }),
    loop: Type.Boolean(),
    policy: Policy
  },
  closed
)
const V4l2Source = Type.Object(
  { kind: Type.Literal('v4l2'), device: Type.String({ pattern: '^/dev/video\\d+$' }), policy: LivePolicy },
  closed
)
const TestSource = Type.Object(
  {
    kind: Type.Literal('test'),
    width: Type.Integer({ minimum: 64, maximum: 3840 }),
    height: Type.Integer({ minimum: 64, maximum: 2160 }),
    fps: Type.Integer({ minimum: 1, maximum: 120 }),
    shapes: Type.Integer({ minimum: 1, maximum: 32 }),
    seed: Type.Integer({ minimum: 0, maximum: 2 ** 31 }),
    policy: LivePolicy
  },
  closed
)

export const Source = Type.Union([RtspSource, FileSource, HttpSource, V4l2Source, TestSource])
export type Source = Static<typeof Source>

/**
 * User and password of a camera, sealed to the box's public key (`up/inventory`): X25519 with an ephemeral key, then
 * HKDF-SHA-256 (salt: ephemeral public key ‖ box public key, both raw; info: `vedette/credential/v1`; 32 bytes), then
 * AES-256-GCM without associated data over the UTF-8 JSON {"user": …, "password": …}.
 * `revision` changes with every edit: that is what a diff compares.
 */
export const Credential = Type.Object(
  {
    revision: Type.Integer({ minimum: 1 }),
    /** Base64 of ephemeral public key (32 bytes) ‖ nonce (12) ‖ ciphertext ‖ tag (16). */
    sealed: Type.String({ maxLength: 4096, pattern: '^[A-Za-z0-9+/]+={0,2}$' })
  },
  closed
)
export type Credential = Static<typeof Credential>

export const Detection = Type.Object(
  {
    enabled: Type.Boolean(),
    /** Frames a second given to inference at most; 0 = every frame. */
    maxFps: Type.Number({ minimum: 0, maximum: 120 }),
    /** auto: while nothing moves in the picture, one frame a second is enough. Absent: off. */
    motion: Type.Optional(Type.Union([Type.Literal('off'), Type.Literal('auto')])),
    /** Objects below are not reported. */
    minConfidence: Fraction,
    /** Labels to report; empty = all. */
    classes: Type.Array(Name, { maxItems: 500 }),
    /** Which of the box's own detection strategies look at it; absent: all that the box has. */
    strategies: Type.Optional(Type.Array(Id, { maxItems: 32 }))
  },
  closed
)
export type Detection = Static<typeof Detection>

export const Camera = Type.Object(
  {
    name: Name,
    enabled: Type.Boolean(),
    source: Source,
    credential: Type.Optional(Credential),
    detection: Detection,
    /** leased: frames are sent only while a page watches; all: always. */
    frames: Type.Union([Type.Literal('leased'), Type.Literal('all')]),
    /** What is watched for in its tracks. */
    rules: Type.Optional(Rules),
    masks: Type.Optional(Masks)
  },
  closed
)
export type Camera = Static<typeof Camera>

/** What a camera is doing, as its box says (design 2.5). */
export const CameraState = Type.Union([
  Type.Literal('idle'),
  Type.Literal('connecting'),
  Type.Literal('live'),
  Type.Literal('stalled'),
  Type.Literal('backing_off'),
  Type.Literal('auth_failed'),
  Type.Literal('unsupported'),
  Type.Literal('disabled')
])
export type CameraState = Static<typeof CameraState>

export const PictureSize = Type.Object({ width: Count, height: Count })
