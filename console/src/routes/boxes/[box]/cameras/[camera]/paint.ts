/** Paints one picture and what was found on it into a canvas, in one go: they can never be apart. */

import { maskPicture } from '#lib/mask_picture.ts'
import { type Overlay, objectWords } from '#lib/overlay.ts'
import { classColor } from '#lib/ui/class_color.ts'
import type { LiveObject } from '#lib/view.ts'

const OUTLINE = 'rgb(0 0 0 / 75%)'

export function paint(canvas: HTMLCanvasElement, picture: ImageBitmap, overlay: Overlay | null): void {
  const pen = canvas.getContext('2d')
  if (!pen) return
  // Enough pixels for crisp lines and letters, whatever the picture's own size.
  const scale = Math.max(1, Math.min(2, (canvas.clientWidth * devicePixelRatio) / picture.width))
  canvas.width = Math.round(picture.width * scale)
  canvas.height = Math.round(picture.height * scale)
  pen.drawImage(picture, 0, 0, canvas.width, canvas.height)
  if (!overlay) return
  const unit = Math.max(1, canvas.width / Math.max(canvas.clientWidth, 1))
  for (const object of overlay.objects) tail(pen, overlay.tails.get(object[0]), classColor(object[1]), unit)
  for (const object of overlay.objects) {
    turned(pen, object, (bounds) => {
      mask(pen, object, bounds)
      box(pen, object, bounds, unit)
    })
  }
  for (const object of overlay.objects) label(pen, object, unit)
}

function tail(
  pen: CanvasRenderingContext2D,
  points: [number, number][] | undefined,
  color: string,
  unit: number
): void {
  if (!points || points.length < 2) return
  const { width, height } = pen.canvas
  const line = new Path2D()
  for (const [x, y] of points) line.lineTo(x * width, y * height)
  pen.lineJoin = 'round'
  pen.lineCap = 'round'
  stroke(pen, line, color, unit)
}

type Bounds = [left: number, top: number, width: number, height: number]

/** Draws in the canvas turned as the object's box is. */
function turned(pen: CanvasRenderingContext2D, object: LiveObject, draw: (bounds: Bounds) => void): void {
  const [, , , left, top, wide, high, parts] = object
  const { width, height } = pen.canvas
  const bounds: Bounds = [left * width, top * height, wide * width, high * height]
  const middle = [bounds[0] + bounds[2] / 2, bounds[1] + bounds[3] / 2] as const
  pen.save()
  pen.translate(...middle)
  pen.rotate(parts?.rotation ?? 0)
  pen.translate(-middle[0], -middle[1])
  draw(bounds)
  pen.restore()
}

function mask(pen: CanvasRenderingContext2D, [, name, , , , , , parts]: LiveObject, bounds: Bounds): void {
  const picture = parts?.mask && maskPicture(parts.mask, classColor(name))
  if (!picture) return
  pen.globalAlpha = 0.45
  pen.drawImage(picture, ...bounds)
  pen.globalAlpha = 1
}

function box(pen: CanvasRenderingContext2D, [, name]: LiveObject, bounds: Bounds, unit: number): void {
  const line = new Path2D()
  line.roundRect(...bounds, 3 * unit)
  stroke(pen, line, classColor(name), unit)
}

function stroke(pen: CanvasRenderingContext2D, line: Path2D, color: string, unit: number): void {
  pen.strokeStyle = OUTLINE
  pen.lineWidth = 4 * unit
  pen.stroke(line)
  pen.strokeStyle = color
  pen.lineWidth = 2 * unit
  pen.stroke(line)
}

function label(pen: CanvasRenderingContext2D, object: LiveObject, unit: number): void {
  const [, name, , left, top] = object
  const text = objectWords(object)
  const size = 12 * unit
  pen.font = `600 ${size}px "Inter Variable", sans-serif`
  const wide = pen.measureText(text).width + 10 * unit
  const high = size + 6 * unit
  const x = Math.max(0, Math.min(left * pen.canvas.width - unit, pen.canvas.width - wide))
  const y = Math.max(0, top * pen.canvas.height - high - unit)
  pen.fillStyle = 'rgb(0 0 0 / 78%)'
  pen.beginPath()
  pen.roundRect(x, y, wide, high, 3 * unit)
  pen.fill()
  pen.fillStyle = classColor(name)
  pen.fillText(text, x + 5 * unit, y + size + unit)
}
