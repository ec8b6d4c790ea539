/** `dn/desired`: the whole state a box should be in. Level-triggered, versioned, identified by its hash (design 2.8). */
import Type, { type Static } from 'typebox'
import { Alerts } from './alert.ts'
import { Camera } from './camera.ts'
import { ById, Count, Id, Name, Sha256, Version } from './scalars.ts'

/** Largest document in bytes, as encoded. */
export const DESIRED_LIMIT_BYTES = 256 * 1024

const closed = { additionalProperties: false }

/** A model package to have on the box. It is downloaded from the console: `{console}/packages/{sha256}`. */
export const ModelReference = Type.Object(
  {
    name: Name,
    version: Name,
    /** Of the package archive as downloaded. */
    sha256: Sha256,
    bytes: Count
  },
  closed
)
export type ModelReference = Static<typeof ModelReference>

/** A model that looks at the objects of another and says more of them, such as a classifier. */
export const Secondary = Type.Object(
  {
    /** Key in `models`. */
    model: Id,
    /** Labels of the objects it looks at; empty = all. */
    classes: Type.Array(Name, { maxItems: 500 })
  },
  closed
)
export type Secondary = Static<typeof Secondary>

/** A second detector on the same frames: what it finds is only compared, never tracked or reported. */
export const Compare = Type.Object(
  {
    /** Key in `models`. */
    model: Id,
    /** Frames it skips between two that it looks at. */
    interval: Type.Integer({ minimum: 0, maximum: 100 })
  },
  closed
)
export type Compare = Static<typeof Compare>

/** How the box analyses: one pipeline for all its cameras. */
export const Analysis = Type.Object(
  {
    /** Key in `models`, or null: decode only. */
    model: Type.Union([Id, Type.Null()]),
    /** Frames skipped by inference between two analysed ones. */
    interval: Type.Integer({ minimum: 0, maximum: 100 }),
    tracker: Type.Union([Type.Literal('default'), Type.Literal('none')]),
    /** Models on the objects that `model` finds, in this order. */
    secondaries: Type.Optional(Type.Array(Secondary, { maxItems: 8 })),
    compare: Type.Optional(Compare)
  },
  closed
)
export type Analysis = Static<typeof Analysis>

export const Desired = Type.Object(
  {
    v: Version,
    /** Rises with every edit of this box. */
    rev: Type.Integer({ minimum: 1 }),
    /** SHA-256 over the RFC 8785 form of this document without `sha256`. */
    sha256: Sha256,
    name: Name,
    cameras: ById(Camera),
    models: ById(ModelReference),
    analysis: Analysis,
    /** Absent: as in the box's own settings. */
    alerts: Type.Optional(Alerts)
  },
  closed
)
export type Desired = Static<typeof Desired>
