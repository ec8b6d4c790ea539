import { expect, test } from 'vitest'
import { rasterize } from './masks.ts'

test('a cell is masked when its middle is', () => {
  const cells = rasterize(
    [
      [
        [0, 0],
        [0.5, 0],
        [0.5, 0.5],
        [0, 0.5]
      ],
      [
        [0.9, 0.9],
        [1, 0.9],
        [1, 1]
      ]
    ],
    4,
    4
  )
  expect([...cells].join('').match(/.{4}/g)).toEqual(['1100', '1100', '0000', '0000'])
  expect([...rasterize([], 2, 2)]).toEqual([0, 0, 0, 0])
})
