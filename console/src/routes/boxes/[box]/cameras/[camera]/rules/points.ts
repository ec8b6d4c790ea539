/** The points of a rule that are drawn. */
import type { Point, Rule } from '@vedette/protocol'

export function pointsOf(rule: Rule): Point[] {
  if (rule.kind === 'line-crossed') return rule.line
  if (rule.kind === 'direction') return rule.arrow
  if (rule.kind === 'speed') return rule.plane.points
  return rule.zone ?? []
}
