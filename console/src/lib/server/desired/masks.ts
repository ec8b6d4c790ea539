/** Parts of the picture that are left out: as people drew and named them, and as the box gets them. */
import { ById, type Masks, Name, Polygon, ProtocolError } from '@vedette/protocol'
import { checkRules } from '@vedette/rules'
import Type from 'typebox'
import type { DrawnMasks } from '../../view.ts'

export const Drawn = ById(
  Type.Object(
    {
      name: Name,
      hides: Type.Union([Type.Literal('objects'), Type.Literal('motion')]),
      points: Polygon,
      classes: Type.Array(Name, { maxItems: 500 })
    },
    { additionalProperties: false }
  )
)

/** So many of each kind fit into the document. */
const MOST = 64

export function wireMasks(masks: DrawnMasks): Masks {
  const all = Object.values(masks)
  const objects = all.filter(({ hides }) => hides === 'objects')
  const motion = all.filter(({ hides }) => hides === 'motion')
  return {
    ...(objects.length > 0 && {
      objects: objects.map(({ points, classes }) => ({ points, ...(classes.length > 0 && { classes }) }))
    }),
    ...(motion.length > 0 && { motion: motion.map(({ points }) => points) })
  }
}

/** Throws the protocol's error, with the place in what was drawn. */
export function checkMasks(masks: DrawnMasks): void {
  for (const [id, mask] of Object.entries(masks)) {
    try {
      checkRules({ masks: wireMasks({ [id]: mask }) }, 'form')
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error
      throw new ProtocolError(error.code, error.message, `/masks/${id}/points/${error.path.split('/').at(-1)}`)
    }
  }
  const { objects = [], motion = [] } = wireMasks(masks)
  if (Math.max(objects.length, motion.length) > MOST)
    throw new ProtocolError(
      'schema',
      `form: expected at most ${MOST} masks of each kind for /masks, received more`,
      '/masks'
    )
}
