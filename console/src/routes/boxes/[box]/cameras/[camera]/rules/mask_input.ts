/** A mask out of what was typed and drawn, not checked yet. Pure. */
import { labels, text } from '#lib/form_data.ts'
import type { DrawnMask } from '#lib/view.ts'
import { pointsIn } from './drawn.ts'
import type { Shape } from './kinds.ts'

export type Hides = DrawnMask['hides']

export const maskShape: Shape = { as: 'zone', path: 'points', word: 'Mask', least: 3, most: 64 }

export const maskWords: Record<Hides, { word: string; says: string }> = {
  objects: {
    word: 'Objects in a place',
    says: 'Who stands there is not looked at by any rule of this camera, such as a poster or a parked car.'
  },
  motion: {
    word: 'Motion in a place',
    says: 'What moves there does not wake detection, such as a tree or a flag. For cameras that look once a second while nothing moves.'
  }
}

export function isHides(name: string): name is Hides {
  return Object.hasOwn(maskWords, name)
}

export function maskInput(form: FormData): Record<string, unknown> {
  const hides = text(form, 'hides')
  return {
    ...{ name: text(form, 'name'), hides, points: pointsIn(form, 'points') },
    classes: hides === 'objects' ? labels(form, 'classes') : []
  }
}
