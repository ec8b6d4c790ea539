import { expect, test } from 'vitest'
import { FindingTracks } from './finding_tracks.ts'
import type { Found } from './findings.ts'

const at = (left: number, label = 0): Found => ({ label, confidence: 1, box: [left, 0.25, 0.2, 0.2] })

function tracks(): FindingTracks {
  let last = 0
  return new FindingTracks(() => ++last)
}

test('an object that moves keeps its track, beside others and whatever their order', () => {
  const following = tracks()
  expect(following.follow([at(0.1), at(0.6)], 0)).toEqual([1, 2])
  expect(following.follow([at(0.65), at(0.15)], 200)).toEqual([2, 1])
  expect(following.follow([at(0.2), at(0.05)], 400)).toEqual([1, 3])
})

test('another label at the same place is another object', () => {
  const following = tracks()
  following.follow([at(0.1)], 0)
  expect(following.follow([at(0.1, 1)], 200)).toEqual([2])
})

test('an object that was away for two seconds keeps its track, after that it is a new one', () => {
  const following = tracks()
  following.follow([at(0.1)], 0)
  expect(following.follow([], 1000)).toEqual([])
  expect(following.follow([at(0.1)], 2000)).toEqual([1])
  expect(following.follow([at(0.1)], 4500)).toEqual([2])
})
