/** What the schema of rules cannot say. Throws the protocol's error, with the place of the fault and what to do. */
import { type Masks, type Point, ProtocolError, type Rule, type Rules, type Schedule } from '@vedette/protocol'
import { notACorner } from './homography.ts'
import { faultOfPolygon } from './polygon_fault.ts'

type Corners = readonly Readonly<Point>[]

/** `what` is said before the fault, such as `camera "door"`. */
export function checkRules({ rules = {}, masks = {} }: { rules?: Rules; masks?: Masks }, what: string): void {
  const refuse: Refuse = (path, expected, received) => {
    const text = `${what}: expected ${expected} for ${path}, received ${JSON.stringify(received)}`
    throw new ProtocolError('schema', text, path)
  }
  for (const [id, rule] of Object.entries(rules)) checkRule(rule, `/rules/${id}`, refuse)
  for (const [i, { points }] of (masks.objects ?? []).entries()) {
    checkPolygon(points, `/masks/objects/${i}/points`, refuse)
  }
  for (const [i, points] of (masks.motion ?? []).entries()) checkPolygon(points, `/masks/motion/${i}`, refuse)
}

type Refuse = (path: string, expected: string, received: unknown) => never

function checkRule(rule: Rule, path: string, refuse: Refuse): void {
  if ('zone' in rule && rule.zone !== undefined) checkPolygon(rule.zone, `${path}/zone`, refuse)
  if (rule.schedule) checkSchedule(rule.schedule, `${path}/schedule`, refuse)
  checkSize(rule, path, refuse)
  switch (rule.kind) {
    case 'line-crossed':
      checkArrow(rule.line, `${path}/line`, refuse)
      return
    case 'direction':
      checkArrow(rule.arrow, `${path}/arrow`, refuse)
      return
    case 'occupancy':
      checkLimits(rule, path, refuse)
      return
    case 'speed':
      checkQuadrilateral(rule.plane.points, `${path}/plane/points`, refuse)
      checkQuadrilateral(rule.plane.metres, `${path}/plane/metres`, refuse)
      return
    case 'zone-entered':
    case 'zone-left':
    case 'loitering':
    case 'dwell':
    case 'absence':
  }
}

function checkPolygon(points: Corners, path: string, refuse: Refuse): void {
  const fault = faultOfPolygon(points)
  if (fault) refuse(`${path}/${fault.point}`, fault.expected, points[fault.point])
}

function checkArrow([from, to]: readonly [Readonly<Point>, Readonly<Point>], path: string, refuse: Refuse): void {
  if (from[0] === to[0] && from[1] === to[1]) refuse(`${path}/1`, 'its end to lie elsewhere than its beginning', to)
}

function checkQuadrilateral(points: Corners, path: string, refuse: Refuse): void {
  const at = notACorner(points)
  if (at === null) return
  const expected = `four points in order round a quadrilateral without an inward corner: move point ${at + 1}`
  refuse(`${path}/${at}`, expected, points[at])
}

function checkLimits({ min, max }: { min?: number; max?: number }, path: string, refuse: Refuse): void {
  if (min === undefined && max === undefined) refuse(path, '"min" or "max", or both', {})
  if (min !== undefined && max !== undefined && min > max) refuse(`${path}/min`, `at most max, which is ${max},`, min)
}

function checkSize({ size = {} }: Rule, path: string, refuse: Refuse): void {
  const pairs = [
    ['minWidth', size.minWidth, size.maxWidth],
    ['minHeight', size.minHeight, size.maxHeight],
    ['minAspect', size.minAspect, size.maxAspect]
  ] as const
  for (const [key, least, most] of pairs) {
    if (least !== undefined && most !== undefined && least > most)
      refuse(`${path}/size/${key}`, `at most ${key.replace('min', 'max')}, which is ${most},`, least)
  }
}

function checkSchedule({ zone }: Schedule, path: string, refuse: Refuse): void {
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: zone })
  } catch {
    refuse(`${path}/zone`, 'an IANA time zone such as Europe/Berlin', zone)
  }
}
