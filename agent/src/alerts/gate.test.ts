import type { HeldReason, Severity } from '@vedette/protocol'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { keyOf } from './alert.ts'
import { AlertGate, type Verdict } from './gate.ts'
import { limitsOf } from './limits.ts'
import { alertOf, type GivenAlert } from './testing/alerts.ts'

const S = 1000
const loose = { debounceS: 0, burstThreshold: 1000, maxPerMinute: 10_000 }
const gateWith = (limits: Parameters<typeof limitsOf>[0]) => new AlertGate(limitsOf({ ...loose, ...limits }))
const happened = (gate: AlertGate, nowMs: number, given: GivenAlert = {}) =>
  outcomes(gate.raise(alertOf(given), false, nowMs))
const began = (gate: AlertGate, nowMs: number, given: GivenAlert = {}) =>
  outcomes(gate.raise(alertOf(given), true, nowMs))
const outcomes = (verdicts: Verdict[]) =>
  verdicts.filter(({ is }) => is !== 'waiting').map((one) => (one.is === 'held' ? one.reason : one.is))

test('the same again is held back for the throttle, which begins when something was sent', () => {
  const gate = gateWith({ throttleS: 60 })
  expect(happened(gate, 0)).toEqual(['sent'])
  for (let s = 1; s < 60; s++) expect(happened(gate, s * S)).toEqual(['throttle'])
  expect(happened(gate, 60 * S)).toEqual(['sent'])
})

test('an alert that was itself held back does not begin the throttle', () => {
  const gate = gateWith({ throttleS: 60, suspendUntil: '1970-01-01T00:00:30.000Z' })
  expect(happened(gate, 29 * S)).toEqual(['suspended'])
  expect(happened(gate, 31 * S)).toEqual(['sent'])
})

test.each([{ camera: 'yard' }, { rule: 'zone' }, { label: 'car' }, { label: null }])(
  '%j is another key, which the throttle leaves alone',
  (other) => {
    const gate = gateWith({})
    expect(happened(gate, 0)).toEqual(['sent'])
    expect(happened(gate, 1, other)).toEqual(['sent'])
  }
)

test('a graver one always passes, and then holds back what is less grave', () => {
  const gate = gateWith({ throttleS: 60, burstThreshold: 1, maxPerMinute: 1 })
  expect(happened(gate, 0, { severity: 'info' })).toEqual(['sent'])
  expect(happened(gate, 1 * S, { severity: 'warning' })).toEqual(['sent'])
  expect(happened(gate, 2 * S, { severity: 'info' })).toEqual(['throttle'])
  expect(happened(gate, 3 * S, { severity: 'error' })).toEqual(['sent'])
  expect(happened(gate, 4 * S, { severity: 'warning' })).toEqual(['throttle'])
  expect(happened(gate, 5 * S, { severity: 'error' })).toEqual(['throttle'])
  expect(happened(gate, 62 * S, { severity: 'warning' })).toEqual(['throttle'])
  expect(happened(gate, 64 * S, { severity: 'warning' })).toEqual(['sent'])
})

test('a count that hovers at its limit neither alerts nor silences: what is over too soon was none', () => {
  const gate = gateWith({ debounceS: 2, throttleS: 60 })
  const verdicts: string[] = []
  for (let i = 0; i < 21; i++) {
    verdicts.push(...began(gate, i * 700))
    verdicts.push(...outcomes(gate.ended(() => true, i * 700 + 350)))
  }
  expect(verdicts).toEqual(Array(21).fill('debounce'))
  expect(began(gate, 20 * S)).toEqual([])
  expect(gate.dueMs).toBe(22 * S)
  expect(outcomes(gate.pass(21_999))).toEqual([])
  expect(outcomes(gate.pass(22 * S))).toEqual(['sent'])
  expect(outcomes(gate.ended(() => true, 23 * S))).toEqual([])
})

test('what happens at one moment does not wait to have lasted', () => {
  expect(happened(gateWith({ debounceS: 10 }), 0)).toEqual(['sent'])
})

test('a burst of one camera is held back, and other cameras are not', () => {
  const gate = gateWith({ burstThreshold: 3, burstS: 10 })
  const rules = (n: number, camera = 'door') => ({ rule: `rule-${n}`, camera })
  for (let i = 0; i < 3; i++) expect(happened(gate, i * S, rules(i))).toEqual(['sent'])
  expect(happened(gate, 3 * S, rules(3))).toEqual(['burst'])
  expect(happened(gate, 3 * S, rules(3, 'yard'))).toEqual(['sent'])
  expect(happened(gate, 10 * S, rules(3))).toEqual(['sent'])
})

test('the box sends so many in any minute', () => {
  const gate = gateWith({ maxPerMinute: 10 })
  const sent = Array.from({ length: 200 }, (_, i) => happened(gate, i * S, { rule: `rule-${i}` })[0])
  expect(sent.filter((one) => one === 'sent')).toHaveLength(40)
  expect(sent.slice(10, 60)).toEqual(Array(50).fill('rate'))
})

test('while suspended none goes out, however grave', () => {
  const gate = gateWith({ suspendUntil: '1970-01-01T01:00:00.000Z' })
  expect(happened(gate, 0, { severity: 'error' })).toEqual(['suspended'])
  expect(happened(gate, 3_600_000, { severity: 'info' })).toEqual(['sent'])
})

test('alerts of one camera go out as one, led by the gravest', () => {
  const gate = gateWith({ groupS: 5, burstThreshold: 1 })
  expect(happened(gate, 0, { rule: 'a', severity: 'info' })).toEqual([])
  expect(happened(gate, 1 * S, { rule: 'b', severity: 'warning' })).toEqual([])
  expect(happened(gate, 2 * S, { rule: 'a', camera: 'yard' })).toEqual([])
  const [sent, ...rest] = gate.pass(5 * S)
  expect(sent).toMatchObject({ is: 'sent', alert: { rule: { id: 'b' } }, grouped: [{ rule: { id: 'a' } }] })
  expect(outcomes(rest)).toEqual(['grouped'])
  expect(happened(gate, 6 * S, { rule: 'a', severity: 'info' })).toEqual(['throttle'])
  expect(gate.waiting).toBe(1)
})

test('a grave one does not wait for company, and takes along those that wait', () => {
  const gate = gateWith({ groupS: 5 })
  happened(gate, 0, { rule: 'a' })
  expect(happened(gate, 1 * S, { rule: 'b', severity: 'error' })).toEqual(['sent', 'grouped'])
})

test('a clock that was set back holds nothing back longer than the throttle', () => {
  const gate = gateWith({ throttleS: 60, debounceS: 2 })
  expect(happened(gate, 7_200_000)).toEqual(['sent'])
  expect(began(gate, 7_200_000, { rule: 'lasting' })).toEqual([])
  expect(happened(gate, 0)).toEqual(['throttle'])
  expect(happened(gate, 59 * S)).toEqual(['sent', 'throttle'])
  expect(happened(gate, 60 * S)).toEqual(['sent'])
})

test('goes on after a restart with what waited and what was sent', () => {
  const limits = limitsOf({ ...loose, debounceS: 5, throttleS: 60 })
  const sent = [{ key: keyOf(alertOf({ rule: 'told' })), camera: 'door', graveness: 2, atMs: 0, isGrouped: false }]
  const waiting = [{ alert: alertOf(), lasts: true, stage: 'debounce', sinceMs: 1 * S } as const]
  const gate = new AlertGate(limits, { sent, waiting })
  expect(happened(gate, 2 * S, { rule: 'told' })).toEqual(['throttle'])
  expect(outcomes(gate.pass(6 * S))).toEqual(['sent'])
})

interface Step {
  afterMs: number
  camera: string
  rule: string
  label: string
  severity: Severity
  what: 'happened' | 'began' | 'ended' | 'nothing'
}

const step: fc.Arbitrary<Step> = fc.record({
  afterMs: fc.integer({ min: -5000, max: 20_000 }),
  camera: fc.constantFrom('door', 'yard'),
  rule: fc.constantFrom('a', 'b'),
  label: fc.constantFrom('person', 'car'),
  severity: fc.constantFrom('debug', 'info', 'warning', 'error'),
  what: fc.constantFrom('happened', 'began', 'ended', 'nothing')
})
const someLimits = fc.record({
  throttleS: fc.constantFrom(0, 5, 60),
  burstThreshold: fc.integer({ min: 1, max: 4 }),
  burstS: fc.constantFrom(0, 10, 100),
  maxPerMinute: fc.integer({ min: 1, max: 12 }),
  debounceS: fc.constantFrom(0, 1, 30),
  groupS: fc.constantFrom(0, 3, 30)
})

function play(gate: AlertGate, steps: Step[], each: (verdicts: Verdict[], nowMs: number) => void): number {
  let nowMs = 1_000_000
  let raised = 0
  for (const one of steps) {
    nowMs += one.afterMs
    if (one.what === 'ended')
      each(
        gate.ended(({ camera, rule }) => camera?.id === one.camera && rule.id === one.rule, nowMs),
        nowMs
      )
    else if (one.what === 'nothing') each(gate.pass(nowMs), nowMs)
    else {
      raised++
      each(gate.raise(alertOf(one), one.what === 'began', nowMs), nowMs)
    }
  }
  return raised
}

test('whatever happens: each raised alert is sent, held back for one reason, or waiting', () => {
  fc.assert(
    fc.property(someLimits, fc.array(step, { maxLength: 200 }), (limits, steps) => {
      const gate = new AlertGate(limitsOf(limits))
      const ends = new Map<string, 'sent' | HeldReason>()
      const raised = play(gate, steps, (verdicts) => {
        for (const verdict of verdicts) {
          if (verdict.is === 'waiting') continue
          expect(ends.has(verdict.alert.id)).toBe(false)
          ends.set(verdict.alert.id, verdict.is === 'held' ? verdict.reason : 'sent')
        }
      })
      expect(ends.size + gate.waiting).toBe(raised)
    }),
    { numRuns: 300 }
  )
})

test('whatever happens: no limit is broken but by what is graver', () => {
  fc.assert(
    fc.property(
      someLimits,
      fc.array(
        step.map((one) => ({ ...one, afterMs: Math.abs(one.afterMs) })),
        { maxLength: 200 }
      ),
      (limits, steps) => {
        const gate = new AlertGate(limitsOf(limits))
        const order: Severity[] = ['debug', 'info', 'warning', 'error']
        const sent: { key: string; at: number; severity: number }[] = []
        play(gate, steps, (verdicts, at) => {
          for (const verdict of verdicts) {
            if (verdict.is !== 'sent') continue
            const key = keyOf(verdict.alert)
            const severity = order.indexOf(verdict.alert.severity)
            const same = sent.filter((one) => one.key === key && at - one.at < limits.throttleS * S)
            for (const one of same) expect(one.severity).toBeLessThan(severity)
            const inMinute = sent.filter((one) => at - one.at < 60 * S && one.severity >= severity)
            if (same.length === 0) expect(inMinute.length).toBeLessThan(limits.maxPerMinute)
            sent.push({ key, at, severity })
          }
        })
      }
    ),
    { numRuns: 300 }
  )
})

test('whatever happens: after a quiet time nothing waits any more', () => {
  fc.assert(
    fc.property(someLimits, fc.array(step, { maxLength: 50 }), (limits, steps) => {
      const gate = new AlertGate(limitsOf(limits))
      play(gate, steps, () => undefined)
      for (let i = 1; i <= 3; i++) gate.pass(1e9 + i * 60 * S)
      expect(gate.waiting).toBe(0)
    })
  )
})
