/** What is drawn of a rule, and its texts in the form. */
import type { Point, Rule } from '@vedette/protocol'
import { text } from '#lib/form_data.ts'
import { kinds, type Shape } from './kinds.ts'

export type Drawn = Partial<Record<Shape['path'], Point[]>>

export function drawnOf(rule: Rule): Drawn {
  const zone = 'zone' in rule && rule.zone ? { zone: rule.zone } : {}
  if (rule.kind === 'line-crossed') return { line: rule.line }
  if (rule.kind === 'direction') return { ...zone, arrow: rule.arrow }
  if (rule.kind === 'speed') return { ...zone, 'plane.points': rule.plane.points }
  return zone
}

/** Points as the form has them, not checked. */
export function pointsIn(form: FormData, path: Shape['path']): Point[] {
  try {
    const points: unknown = JSON.parse(text(form, path) || '[]')
    return Array.isArray(points) ? points : []
  } catch {
    return []
  }
}

export function drawnIn(form: FormData, shapes: readonly Shape[]): Drawn {
  return Object.fromEntries(shapes.map(({ path }) => [path, pointsIn(form, path)]))
}

/** Those that are still to be drawn. */
export function undrawn(shapes: readonly Shape[], drawn: Drawn): { shape: Shape; missing: number }[] {
  return shapes.flatMap((shape) => {
    const count = drawn[shape.path]?.length ?? 0
    const isLeftOut = count === 0 && shape.otherwise !== undefined
    return isLeftOut || count >= shape.least ? [] : [{ shape, missing: shape.least - count }]
  })
}

export interface Outline {
  key: string
  name: string
  as: Shape['as'] | 'mask'
  points: Point[]
}

export function outlinesOf(id: string, rule: Rule): Outline[] {
  const drawn = drawnOf(rule)
  return kinds[rule.kind].draws.flatMap(({ as, path }) => {
    const points = drawn[path] ?? []
    return points.length === 0 ? [] : [{ key: `${id}/${path}`, name: rule.name, as, points }]
  })
}
