import { expect, test } from 'vitest'
import { atTheTop, everyNthOf, type Ladder, type Load, ladderWords, rateOf, type Step, step } from './ladder.ts'

const calm: Omit<Load, 'at'> = {
  ...{ cameras: 8, offeredFps: 120, droppedShare: 0, busy: 0.3 },
  ...{ hasCompared: false, hasSecondaries: false }
}

/** So many seconds of one load; after each change, what is given up. */
class Box {
  at = 0
  ladder: Ladder = atTheTop
  readonly changes: string[][] = []

  run(seconds: number, load: Partial<Load>): this {
    for (let s = 0; s < seconds; s++) {
      this.at += 1_000
      const { given } = this.ladder
      this.ladder = step(this.ladder, { ...calm, ...load, at: this.at })
      if (this.ladder.given !== given) this.changes.push(this.given)
    }
    return this
  }

  get given(): string[] {
    return this.ladder.given.map(named)
  }

  /** What is given up after each change from now on. */
  watch(): string[][] {
    return this.changes.splice(0)
  }
}

function named(one: Step): string {
  return one.give === 'rate' ? `${one.fps} a second` : one.give
}

const slow = { droppedShare: 0.4, busy: 1 }
/** The processor is busy with something else than inference, such as decoding. */
const choked = { droppedShare: 0.4, busy: 0.1 }
const everything = { hasCompared: true, hasSecondaries: true }

test('a moment of drops gives nothing up', () => {
  expect(new Box().run(5, slow).run(60, {}).run(5, slow).changes).toEqual([])
})

test('gives up the compared model, then the secondary ones, then frames, and at last nothing more', () => {
  const { changes, ladder } = new Box().run(120, { ...slow, ...everything })
  expect(changes.at(-1)).toEqual([
    ...['compared model', 'secondary models'],
    ...['interval', 'interval', 'interval', 'interval'],
    ...['10 a second', '5 a second', '2 a second', '1 a second']
  ])
  expect(changes).toHaveLength(10)
  expect([everyNthOf(ladder), rateOf(ladder)]).toEqual([16, 1])
})

test('gives up only what there is', () => {
  expect(new Box().run(6, slow).given).toEqual(['interval'])
  expect(new Box().run(12, { ...slow, hasSecondaries: true }).given).toEqual(['secondary models', 'interval'])
  expect(new Box().run(12, { ...slow, hasCompared: true }).given).toEqual(['compared model', 'interval'])
})

test('where inference is not what frames wait for, the rate is lowered before it infers fewer of them', () => {
  const box = new Box().run(12, choked)
  expect(box.given).toEqual(['10 a second', '5 a second'])
  box.run(18, { ...choked, offeredFps: 8 })
  expect(box.given).toEqual(['10 a second', '5 a second', 'interval', 'interval', 'interval'])
})

test('a rate above what the cameras send is no step', () => {
  expect(new Box().run(6, { ...choked, offeredFps: 8 * 25 }).given).toEqual(['15 a second'])
  expect(new Box().run(6, { ...choked, offeredFps: 8 * 6 }).given).toEqual(['2 a second'])
  expect(new Box().run(6, { ...choked, offeredFps: 8 }).given).toEqual(['interval'])
})

test('takes back in the reverse order, a rate and each kind of model by steps of their own', () => {
  const box = new Box().run(18, { ...slow, ...everything }).run(6, { ...choked, ...everything })
  expect(box.given).toEqual(['compared model', 'secondary models', 'interval', '10 a second'])
  box.watch()
  expect(box.run(100, { ...everything, busy: 0.02 }).watch()).toEqual([
    ['compared model', 'secondary models', 'interval'],
    ['compared model', 'secondary models'],
    ['compared model'],
    []
  ])
})

test('what was taken out of the settings is no longer given up', () => {
  const box = new Box().run(18, { ...slow, ...everything })
  expect(box.run(1, { ...slow, hasCompared: true }).given).toEqual(['compared model', 'interval'])
})

test('stays where it is while a few frames are thrown away', () => {
  expect(new Box().run(6, slow).run(600, { droppedShare: 0.05, busy: 0.1 }).given).toEqual(['interval'])
})

test('does not step up while inference would be too busy there', () => {
  const box = new Box().run(6, slow).run(3600, { busy: 0.5 })
  expect(box.given).toEqual(['interval'])
  expect(box.run(41, { busy: 0.3 }).given).toEqual([])
})

test('where there is room for more it takes as many frames back as fit, at once', () => {
  const box = new Box().run(24, slow)
  expect(box.given).toEqual(['interval', 'interval', 'interval', 'interval'])
  box.watch()
  expect(box.run(21, { cameras: 4, busy: 0.1 }).watch()).toEqual([['interval', 'interval']])
  expect(box.run(21, { cameras: 4, busy: 0.1 }).watch()).toEqual([[]])
})

test('one idle second among busy ones makes no room', () => {
  const box = new Box().run(6, slow)
  for (let s = 0; s < 100; s++) box.run(1, { busy: s % 20 === 19 ? 0 : 0.5 })
  expect(box.given).toEqual(['interval'])
})

test('a step up that was too early is tried again later and later, not for ever', () => {
  const box = new Box()
  const steps: number[] = []
  for (let s = 0; s < 4 * 3600; s++) {
    const before = box.given.length
    // Full at the top, easy below, and the pipeline does not tell how busy it is.
    box.run(1, before === 0 ? { ...slow, busy: null } : { busy: null })
    if (box.given.length === 0 && before !== 0) steps.push(box.at)
  }
  const waits = steps.slice(1).map((at, i) => Math.round((at - steps[i]!) / 1000))
  expect(waits.slice(0, 3)).toEqual(waits.slice(0, 3).toSorted((a, b) => a - b))
  expect(waits[1]).toBeGreaterThan(waits[0]! * 1.5)
  expect(Math.max(...waits)).toBeGreaterThan(1700)
  expect(Math.max(...waits)).toBeLessThan(1900)
})

test('with fewer cameras it is patient no longer', () => {
  const box = new Box()
  for (let s = 0; s < 3600; s++) box.run(1, box.given.length === 0 ? { ...slow, busy: null } : { busy: null })
  expect(box.ladder.patienceMs).toBeGreaterThan(100_000)
  box.run(25, { cameras: 2, offeredFps: 30, busy: 0.1 })
  expect(box.given).toEqual([])
})

test('says what it gave up and what to do', () => {
  const words = (seconds: number, load: Partial<Load>) =>
    ladderWords(new Box().run(seconds, load).ladder, { cameras: 8, offeredFps: 120 })
  expect(words(5, slow)).toBe('')
  expect(words(6, slow)).toBe(
    'This box is too slow for 8 cameras at 15 frames a second: it analyses every 2nd frame. Remove cameras, lower their frame rate, or use a smaller model.'
  )
  expect(words(6, { ...slow, ...everything })).toContain('15 frames a second: the compared model waits. Remove')
  expect(words(36, { ...slow, ...everything })).toContain(
    ': it analyses every 16th frame, secondary models wait, the compared model waits. Remove'
  )
  expect(words(24, choked)).toContain(': it takes at most 1 frame a second of each camera. Remove')
})
