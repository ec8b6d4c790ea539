/** Paints one picture and what was found on it into a canvas, in one go: they can never be apart. */
import type { Overlay } from '#lib/overlay.ts'
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
  for (const object of overlay.objects) box(pen, object, unit)
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

function box(pen: CanvasRenderingContext2D, [, name, , left, top, wide, high]: LiveObject, unit: number): void {
  const { width, height } = pen.canvas
  const line = new Path2D()
  line.roundRect(left * width, top * height, wide * width, high * height, 3 * unit)
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

function label(pen: CanvasRenderingContext2D, [track, name, confidence, left, top]: LiveObject, unit: number): void {
  const text = `${name}${track ? ` ${track}` : ''} ${Math.round(confidence * 100)} %`
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
