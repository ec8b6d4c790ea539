import { expect, test } from 'vitest'
import { figureWord } from './figure_word.ts'

test('calls a figure what people call it, and a camera by its name', () => {
  const names = new Map([['door', 'Front door']])
  const figures = ['cpu', 'gpu 0 memory', 'gpu 1 temperature', 'camera door', 'camera gone', 'fan']
  expect(figures.map((figure) => figureWord(figure, names))).toEqual([
    ...['Processor', 'GPU memory', 'GPU 1 temperature'],
    ...['Frames thrown away, Front door', 'Frames thrown away, gone', 'fan']
  ])
})
