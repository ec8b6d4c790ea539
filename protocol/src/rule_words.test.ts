import { expect, test } from 'vitest'
import type { RuleEvent } from './rule_event.ts'
import { ruleWords } from './rule_words.ts'

const event: RuleEvent = {
  ...{ kind: 'rule', camera: 'door', rule: 'r', name: 'Porch', what: 'loitering', phase: 'began' },
  seenAt: '2026-11-21T12:00:12.966Z'
}

test.each<[Partial<RuleEvent>, string]>([
  [{ what: 'zone-entered', phase: 'happened', label: 'person' }, 'Porch: person entered, seen by Front door'],
  [{ what: 'zone-left', durationMs: 12_400, label: 'dog' }, 'Porch: dog left after 12 s, seen by Front door'],
  [{ durationMs: 30_000, label: 'person' }, 'Porch: person there for 30 s, seen by Front door'],
  [{ phase: 'ended', durationMs: 180_000, label: 'person' }, 'Porch: person gone after 3 min, seen by Front door'],
  [
    { what: 'line-crossed', label: 'car', direction: 'in', count: 17 },
    'Porch: car crossed in, 17 by now, seen by Front door'
  ],
  [{ what: 'occupancy', count: 13 }, 'Porch: 13 there, seen by Front door'],
  [{ what: 'absence', durationMs: 300_000 }, 'Porch: nobody there for 5 min, seen by Front door'],
  [{ what: 'speed', label: 'car', speedKmh: 61.4 }, 'Porch: car at 61.4 km/h, seen by Front door']
])('tells of %j', (part, words) => {
  expect(ruleWords({ ...event, ...part }, 'Front door')).toBe(words)
})
