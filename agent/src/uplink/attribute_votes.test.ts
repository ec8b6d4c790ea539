import { expect, test } from 'vitest'
import { AttributeVotes } from './attribute_votes.ts'

const COLOUR = 2
const MAKE = 3

function labels(votes: AttributeVotes): string[] {
  return votes.winners.map(({ label }) => label)
}

test('the label that was seen most and most surely is that of the track', () => {
  const votes = new AttributeVotes()
  for (let i = 0; i < 6; i++) votes.add(COLOUR, 0, 'red', 0.9)
  for (let i = 0; i < 3; i++) votes.add(COLOUR, 0, 'brown', 0.6)
  expect(votes.winners).toEqual([{ stage: COLOUR, label: 'red', confidence: 0.6 }])
})

test('one that leads by little does not take its place, one that leads clearly does', () => {
  const votes = new AttributeVotes()
  for (let i = 0; i < 10; i++) votes.add(COLOUR, 0, 'red', 0.5)
  const seen: string[] = []
  for (let i = 0; i < 14; i++) {
    votes.add(COLOUR, 0, 'blue', 0.5)
    seen.push(...labels(votes))
  }
  expect(seen.slice(0, 12)).not.toContain('blue')
  expect(seen.slice(12)).toEqual(['blue', 'blue'])
})

test('looks that disagree by turns do not make the label flicker', () => {
  const votes = new AttributeVotes()
  const seen = new Set<string>()
  for (let i = 0; i < 100; i++) {
    votes.add(COLOUR, 0, i % 2 === 0 ? 'red' : 'blue', 0.7)
    for (const label of labels(votes)) seen.add(label)
  }
  expect([...seen]).toEqual(['red'])
})

test('each model, and each attribute of one model, has its own vote, also where one of them is left out at times', () => {
  const votes = new AttributeVotes()
  votes.add(COLOUR, 0, 'red', 0.9)
  votes.add(COLOUR, 1, 'matt', 0.7)
  votes.add(MAKE, 0, 'estate', 0.8)
  for (let i = 0; i < 5; i++) votes.add(COLOUR, 0, 'matt', 0.9)
  expect(labels(votes)).toEqual(['red', 'matt', 'estate'])
})

test('a model that tells another text each frame is bounded, and what it repeats wins', () => {
  const votes = new AttributeVotes()
  for (let i = 0; i < 1000; i++) {
    votes.add(COLOUR, 0, `guess ${i}`, 0.3)
    if (i % 3 === 0) votes.add(COLOUR, 0, 'B-VD 42', 0.9)
  }
  votes.add(COLOUR, 0, '', 0.9)
  expect(labels(votes)).toEqual(['B-VD 42'])
})
