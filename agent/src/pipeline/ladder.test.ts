import { expect, test } from 'vitest'
import { atTheTop, type Ladder, type Load, ladderWords, RUNGS, rungOf, step } from './ladder.ts'

const calm: Omit<Load, 'at'> = { cameras: 8, offeredFps: 120, droppedShare: 0, busy: 0.3, hasSecondModels: false }

/** So many seconds of one load; the rungs that it went through. */
class Box {
  at = 0
  ladder: Ladder = atTheTop
  readonly rungs: number[] = []

  run(seconds: number, load: Partial<Load>): this {
    for (let s = 0; s < seconds; s++) {
      this.at += 1_000
      const before = this.ladder.rung
      this.ladder = step(this.ladder, { ...calm, ...load, at: this.at })
      if (this.ladder.rung !== before) this.rungs.push(this.ladder.rung)
    }
    return this
  }
}

const slow = { droppedShare: 0.4, busy: 1 }

test('a moment of drops gives nothing up', () => {
  expect(new Box().run(5, slow).run(60, {}).run(5, slow).rungs).toEqual([])
})

test('steps down while frames are thrown away, and no further than the last rung', () => {
  const { rungs } = new Box().run(120, { ...slow, hasSecondModels: true })
  expect(rungs).toEqual([1, 2, 3, 4, 5])
  expect(RUNGS).toHaveLength(6)
})

test('without a second model the first thing to give up is every other frame', () => {
  const box = new Box().run(6, slow)
  expect(rungOf(box.ladder)).toEqual({ everyNth: 2, hasSecondModels: false })
  box.run(60, { busy: 0.1 })
  expect(rungOf(box.ladder)).toEqual({ everyNth: 1, hasSecondModels: true })
})

test('stays where it is while a few frames are thrown away', () => {
  expect(new Box().run(6, slow).run(600, { droppedShare: 0.05, busy: 0.1 }).rungs).toEqual([2])
})

test('does not step up while inference would be too busy there', () => {
  const box = new Box().run(6, slow).run(3600, { busy: 0.5 })
  expect(box.rungs).toEqual([2])
  expect(box.run(41, { busy: 0.3 }).rungs).toEqual([2, 0])
})

test('where there is room for more it steps up all of it at once; a second model comes back by a step of its own', () => {
  const box = new Box().run(30, slow)
  expect(box.ladder.rung).toBe(5)
  box.rungs.length = 0
  expect(box.run(21, { cameras: 4, busy: 0.1 }).rungs).toEqual([3])
  expect(box.run(21, { cameras: 4, busy: 0.1 }).rungs).toEqual([3, 0])
  box.run(40, { ...slow, hasSecondModels: true })
  box.rungs.length = 0
  expect(box.run(60, { cameras: 1, busy: 0.02, hasSecondModels: true }).rungs).toEqual([1, 0])
})

test('one idle second among busy ones makes no room', () => {
  const box = new Box().run(6, slow)
  for (let s = 0; s < 100; s++) box.run(1, { busy: s % 20 === 19 ? 0 : 0.5 })
  expect(box.rungs).toEqual([2])
})

test('a step up that was too early is tried again later and later, not for ever', () => {
  const box = new Box()
  const steps: number[] = []
  for (let s = 0; s < 4 * 3600; s++) {
    const before = box.ladder.rung
    // Full at the top, easy below, and the pipeline does not tell how busy it is.
    box.run(1, box.ladder.rung === 0 ? { ...slow, busy: null } : { busy: null })
    if (box.ladder.rung === 0 && before !== 0) steps.push(box.at)
  }
  const waits = steps.slice(1).map((at, i) => Math.round((at - steps[i]!) / 1000))
  expect(waits.slice(0, 3)).toEqual(waits.slice(0, 3).toSorted((a, b) => a - b))
  expect(waits[1]).toBeGreaterThan(waits[0]! * 1.5)
  expect(Math.max(...waits)).toBeGreaterThan(1700)
  expect(Math.max(...waits)).toBeLessThan(1900)
})

test('with fewer cameras it is patient no longer', () => {
  const box = new Box()
  for (let s = 0; s < 3600; s++) box.run(1, box.ladder.rung === 0 ? { ...slow, busy: null } : { busy: null })
  expect(box.ladder.patienceMs).toBeGreaterThan(100_000)
  box.run(25, { cameras: 2, offeredFps: 30, busy: 0.1 })
  expect(box.ladder.rung).toBe(0)
})

test('says what it gave up and what to do', () => {
  const words = (rung: number) => ladderWords({ ...atTheTop, rung }, { cameras: 8, offeredFps: 120 })
  expect(words(0)).toBe('')
  expect(words(1)).toContain('only the detector runs')
  expect(words(2)).toBe(
    'This box is too slow for 8 cameras at 15 frames a second: it analyses every 2nd frame. Remove cameras, lower their frame rate, or use a smaller model.'
  )
  expect(words(5)).toContain('every 16th frame')
})
