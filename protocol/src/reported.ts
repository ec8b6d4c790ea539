/** `up/reported` (retained): how far the box has come with the desired state, and why not yet. */
import Type, { type Static } from 'typebox'
import { CameraState } from './camera.ts'
import { ById, Count, Name, Sha256, Text, Time, Version } from './scalars.ts'

const Revision = Type.Object({ rev: Count, sha256: Sha256 })
const MaybeRevision = Type.Union([Revision, Type.Null()])

export const ReportedCamera = Type.Object({
  state: CameraState,
  since: Time,
  /** In words, for a person: what is wrong and what to do. Empty when all is well. */
  reason: Text,
  /** When the box tries again by itself, if it waits. */
  nextTry: Type.Optional(Time),
  codec: Type.Optional(Name),
  width: Type.Optional(Count),
  height: Type.Optional(Count)
})
export type ReportedCamera = Static<typeof ReportedCamera>

export const ModelState = Type.Union([
  Type.Literal('waiting'),
  Type.Literal('downloading'),
  /** Its TensorRT engine is being built, which takes minutes; what ran before goes on. */
  Type.Literal('building'),
  Type.Literal('ready'),
  Type.Literal('starting'),
  Type.Literal('running'),
  Type.Literal('failed'),
  Type.Literal('rolled_back')
])
export type ModelState = Static<typeof ModelState>

export const ReportedModel = Type.Object({
  version: Name,
  sha256: Sha256,
  state: ModelState,
  since: Time,
  reason: Text,
  bytesDone: Type.Optional(Count),
  bytesTotal: Type.Optional(Count)
})
export type ReportedModel = Static<typeof ReportedModel>

export const ReportedStrategy = Type.Object({
  state: Type.Union([Type.Literal('starting'), Type.Literal('running'), Type.Literal('backing_off')]),
  since: Time,
  /** What is wrong with it, in words; while it runs: with the last frame that it failed on. */
  reason: Text,
  /** Of its process, since the agent began. */
  restarts: Count,
  /** What it may find, as in the catalog. */
  labels: Type.Array(Name)
})
export type ReportedStrategy = Static<typeof ReportedStrategy>

export const Reported = Type.Object({
  v: Version,
  at: Time,
  /** Newest document received, in force, and last one that passed its checks. */
  observed: MaybeRevision,
  applied: MaybeRevision,
  lastGood: MaybeRevision,
  /** Why `applied` is not `observed`; empty when it is. */
  whyNotYet: Text,
  cameras: ById(ReportedCamera),
  models: ById(ReportedModel),
  engine: Type.Object({
    state: Type.Union([
      Type.Literal('stopped'),
      Type.Literal('starting'),
      Type.Literal('running'),
      Type.Literal('backing_off')
    ]),
    since: Time,
    reason: Text,
    restarts: Count
  }),
  /** The box's own detection strategies, by name. Absent where it has none. */
  strategies: Type.Optional(ById(ReportedStrategy)),
  /** What else is wrong with the box itself, in words: what, and what to do. Absent when nothing is. */
  troubles: Type.Optional(Type.Array(Text, { maxItems: 16 }))
})
export type Reported = Static<typeof Reported>
