import { expect, test } from 'vitest'
import { countWords } from './count_words.ts'

test('says what a rule counts, and that nobody has crossed yet', () => {
  expect(countWords({ inside: 2, ongoing: 1 })).toBe('2 inside, 1 going on')
  expect(countWords({ crossed: [] })).toBe('none crossed')
  const crossed = [
    { label: 'car', in: 0, out: 4 },
    { label: 'person', in: 17, out: 14 }
  ]
  expect(countWords({ crossed })).toBe('car 0 in, 4 out; person 17 in, 14 out')
  expect(countWords({})).toBe('')
})
