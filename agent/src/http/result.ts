/** What was found in one picture or frame, in the shape in which this API tells it. Pure. */
import type { Frame, Mask as FrameMask } from '@vedette/protocol'
import Type, { type Static } from 'typebox'

const Fraction = Type.Number({ minimum: 0, maximum: 1 })
const Maybe = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()])

export const Box = Type.Object(
  { left: Type.Number(), top: Type.Number(), width: Type.Number(), height: Type.Number() },
  { description: 'In parts of the picture, 0 … 1, from its top left corner.' }
)

export const Mask = Type.Object(
  { width: Type.Integer(), height: Type.Integer(), counts: Type.Array(Type.Integer()) },
  {
    description:
      'A raster stretched over the box, as run lengths of COCO (uncompressed): column after column, outside first.'
  }
)

export const Detection = Type.Object(
  {
    class: Type.String({ description: 'Label of the model, or of a detection strategy ("colour: red").' }),
    confidence: Fraction,
    bbox: Box,
    mask: Maybe(Mask),
    track: Maybe(Type.Integer({ description: 'The same object over frames; null in a single picture.' })),
    attributes: Type.Array(Type.Object({ label: Type.String(), confidence: Fraction, stage: Type.Integer() }), {
      description: 'What further models of the box say of this object.'
    })
  },
  { $id: 'Detection' }
)
export type Detection = Static<typeof Detection>

export const Result = Type.Object(
  {
    source: Type.String(),
    number: Type.Integer({ description: 'Counts up with each analysed frame: a gap is a loss.' }),
    capturedAt: Type.String({ format: 'date-time' }),
    ptsNs: Type.String({ description: 'Presentation time in the stream, nanoseconds.' }),
    width: Type.Integer(),
    height: Type.Integer(),
    model: Maybe(Type.String({ description: 'Name and version; null where none has looked.' })),
    strategy: Maybe(
      Type.String({
        description:
          'The detection strategy of the box that has found this; null: the model. Each counts its own numbers and looks in its own time.'
      })
    ),
    latencyMs: Type.Number({ description: 'From capture to this result, inside the box.' }),
    detections: Type.Array(Type.Ref('Detection')),
    missed: Type.Optional(Type.Integer({ description: 'Results thrown away before this one: you read too slowly.' }))
  },
  { $id: 'Result' }
)
export type Result = Omit<Static<typeof Result>, 'detections'> & { detections: Detection[] }

export function resultOf(
  frame: Frame,
  {
    camera,
    strategy,
    classes,
    model
  }: { camera: string; strategy: string | null; classes: readonly string[]; model: string | null }
): Result {
  return {
    source: camera,
    number: frame.number,
    capturedAt: new Date(frame.capturedUs / 1000).toISOString(),
    ptsNs: String(frame.ptsNs),
    width: frame.width,
    height: frame.height,
    model: strategy === null ? model : null,
    strategy,
    latencyMs: frame.latencyUs / 1000,
    detections: detectionsOf(frame, classes)
  }
}

function detectionsOf(frame: Frame, classes: readonly string[]): Detection[] {
  return Array.from(frame.classId, (id, i) => ({
    class: classes[id] ?? `class ${id}`,
    confidence: confidenceOf(frame, i),
    bbox: {
      left: rounded(frame.left[i]!),
      top: rounded(frame.top[i]!),
      width: rounded(frame.boxWidth[i]!),
      height: rounded(frame.boxHeight[i]!)
    },
    mask: maskOf(frame.masks.find(({ object }) => object === i)),
    track: frame.trackId[i] || null,
    attributes: frame.attributes
      .filter(({ object }) => object === i)
      .map(({ label, probability, stage }) => ({ label, confidence: rounded(probability), stage }))
  }))
}

/** Of the model; on frames that it skips, where the tracker carries the object on, of the tracker. */
function confidenceOf({ confidence, trackerConfidence }: Frame, i: number): number {
  const own = confidence[i]!
  return rounded(Math.min(1, Math.max(0, own > 0 ? own : (trackerConfidence[i] ?? 0))))
}

function maskOf(mask: FrameMask | undefined): Detection['mask'] {
  return mask === undefined ? null : { width: mask.width, height: mask.height, counts: [...mask.counts] }
}

/** Floats of 32 bits, without the digits that they do not have. */
export function rounded(value: number): number {
  return Math.round(value * 1e5) / 1e5
}
