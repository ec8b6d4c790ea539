import { expect, test } from 'vitest'
import { FrameHistory, objectWords } from './overlay.ts'
import type { LiveFrame, LiveObject } from './view.ts'

const frame = (t: number, ...objects: LiveObject[]): LiveFrame => ({
  t,
  pts: String(t * 1000),
  n: 1,
  width: 640,
  height: 360,
  latencyUs: 40_000,
  objects
})
const person = (track: number, left: number): LiveObject => [track, 'person', 0.9, left, 0.2, 0.1, 0.3]

test('a picture of an analysed frame gets exactly the boxes of that frame', () => {
  const history = new FrameHistory()
  history.add([frame(1_000_000, person(1, 0.1)), frame(1_100_000, person(1, 0.5))])
  expect(history.at(1_000_000)?.objects).toEqual([person(1, 0.1)])
})

test('between two analysed frames a tracked box is on its way from one to the other', () => {
  const history = new FrameHistory()
  history.add([frame(1_000_000, person(1, 0.1)), frame(1_200_000, person(1, 0.3))])
  expect(history.at(1_150_000)?.objects[0]?.[3]).toBeCloseTo(0.25)
})

test('frames that arrive out of order are drawn in the order of their own time', () => {
  const history = new FrameHistory()
  history.add([frame(1_200_000, person(1, 0.3)), frame(1_000_000, person(1, 0.1))])
  expect(history.at(1_000_000)?.objects).toEqual([person(1, 0.1)])
  expect(history.newest?.t).toBe(1_200_000)
})

test('a picture far from every analysed frame gets no boxes', () => {
  const history = new FrameHistory()
  history.add([frame(1_000_000, person(1, 0.1))])
  expect(history.at(3_000_000)).toBeNull()
})

test('a tail ends at the displayed frame, even when newer ones are known', () => {
  const history = new FrameHistory()
  history.add([1, 2, 3, 4].map((i) => frame(i * 100_000, person(7, i / 10))))
  const tail = history.at(200_000)?.tails.get(7)
  expect(tail?.at(-1)?.[0]).toBeCloseTo(0.25)
  expect(tail?.[0]?.[0]).toBeCloseTo(0.15)
})

test('objects that are not tracked have no tail', () => {
  const history = new FrameHistory()
  history.add([frame(100_000, person(0, 0.1))])
  expect(history.at(100_000)?.tails.size).toBe(0)
})

test('a clock set back begins a new history', () => {
  const history = new FrameHistory()
  history.add([frame(100_000_000, person(1, 0.1))])
  history.add([frame(1_000_000, person(1, 0.2))])
  expect(history.newest?.t).toBe(1_000_000)
})

test('what classifiers say of an object stays with it between two analysed frames, and stands beside its label', () => {
  const history = new FrameHistory()
  const car = (left: number): LiveObject => [7, 'car', 0.9, left, 0.2, 0.1, 0.3, { attributes: [['red', 0.876]] }]
  history.add([frame(1_000_000, car(0.1)), frame(1_200_000, car(0.3))])
  const [shown] = history.at(1_150_000)!.objects
  expect(objectWords(shown!)).toBe('car 7 90 % · red 88 %')
  expect(objectWords([0, 'person', 0.5, 0, 0, 1, 1])).toBe('person 50 %')
})

test('what analytics counted is of the picture on display, and stands until it is counted anew', () => {
  const history = new FrameHistory()
  const counting = (t: number, objects: number): LiveFrame => ({
    ...frame(t),
    analytics: { zones: [{ name: 'gate', objects, isOvercrowded: false }], lines: [], directions: [] }
  })
  const inZone = (t: number) => history.at(t)?.analytics?.zones[0]?.objects ?? null
  history.add([frame(900_000), counting(1_000_000, 2), frame(1_100_000), counting(1_200_000, 3)])
  expect([900_000, 1_000_000, 1_150_000, 1_200_000].map(inZone)).toEqual([null, 2, 2, 3])
})
