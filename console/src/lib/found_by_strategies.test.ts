import { expect, test } from 'vitest'
import { FoundByStrategies } from './found_by_strategies.ts'
import { FrameHistory } from './overlay.ts'
import type { LiveFrame, LiveObject } from './view.ts'

const object = (label: string): LiveObject => [0, label, 1, 0, 0, 0.5, 0.5]
const frame = (t: number, ...objects: LiveObject[]): LiveFrame => ({
  ...{ t, pts: String(t), n: 1, width: 640, height: 360, latencyUs: 0 },
  objects
})
const labels = (objects: readonly LiveObject[] | undefined) => objects?.map(([, label]) => label)

test('each strategy speaks for the pictures nearest to its own frames, until it looks again', () => {
  const found = new FoundByStrategies()
  found.add('colour', frame(1_000_000, object('colour: red')))
  found.add('gate', frame(1_100_000, object('gate')))
  found.add('colour', frame(1_400_000))
  expect(labels(found.at(1_100_000))).toEqual(['colour: red', 'gate'])
  expect(labels(found.at(1_350_000))).toEqual(['gate'])
  expect(labels(found.at(2_700_000))).toEqual([])
})

test('what strategies found is drawn with what the pipeline found, and without it', () => {
  const history = new FrameHistory()
  const red = { ...frame(1_000_000, object('colour: red')), strategy: 'colour' }
  history.add([frame(1_000_000, object('person')), red])
  expect(labels(history.at(1_000_000)?.objects)).toEqual(['person', 'colour: red'])
  const alone = new FrameHistory()
  alone.add([red])
  expect(labels(alone.at(1_010_000)?.objects)).toEqual(['colour: red'])
  expect(alone.at(9_000_000)).toBeNull()
})
