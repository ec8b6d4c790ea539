import { expect, test } from 'vitest'
import { type Canvas, canvasOf, onPicture, place } from './canvas.ts'

const ini = (more = '') => `[property]\ninfer-dims=3;320;640\n${more}`

test('the canvas is the input of the network, and larger where parts of the picture are looked at again', () => {
  expect(canvasOf(ini(), false)).toEqual({ width: 640, height: 320, fit: 'stretch' })
  expect(canvasOf(ini(), true)).toEqual({ width: 1920, height: 960, fit: 'stretch' })
  expect(canvasOf(ini('maintain-aspect-ratio=1\n'), false).fit).toBe('corner')
  expect(canvasOf(ini('maintain-aspect-ratio=1\nsymmetric-padding=1\n'), false).fit).toBe('middle')
  expect(canvasOf('', false)).toEqual({ width: 640, height: 640, fit: 'stretch' })
})

test.each<[Canvas['fit'], object]>([
  ['stretch', { left: 0, top: 0, width: 400, height: 400 }],
  ['corner', { left: 0, top: 0, width: 400, height: 200 }],
  ['middle', { left: 0, top: 100, width: 400, height: 200 }]
])('a picture is placed as the network wants it (%s), and boxes are told in parts of the picture', (fit, placed) => {
  const canvas = { width: 400, height: 400, fit }
  const at = place(canvas, { width: 1000, height: 500 })
  expect(at).toEqual(placed)
  const half = { left: at.left / 400, top: at.top / 400, width: at.width / 800, height: at.height / 800 }
  expect(onPicture(half, canvas, at)).toEqual({ left: 0, top: 0, width: 0.5, height: 0.5 })
  expect(onPicture({ left: -0.2, top: 0, width: 2, height: 1 }, canvas, at)).toEqual({
    left: 0,
    top: 0,
    width: 1,
    height: 1
  })
})

test('a picture that is one line thin still has a pixel', () => {
  expect(place({ width: 300, height: 300, fit: 'corner' }, { width: 5000, height: 1 })).toMatchObject({
    width: 300,
    height: 1
  })
})
