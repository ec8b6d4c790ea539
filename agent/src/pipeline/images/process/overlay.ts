/** Boxes and labels over a picture, as SVG. Pure. */
import type { DrawnObject } from '../messages.ts'

/** Twelve hues far apart also for red-green blindness (after Okabe–Ito), as on the console's pages. */
const PALETTE = [
  ...['#56b4e9', '#e69f00', '#f0e442', '#00c79a', '#ff8a5c', '#d98cc3'],
  ...['#9ec5ff', '#ffd0a1', '#b7e36a', '#c7a6ff', '#66e0ea', '#ff9fb2']
] as const
const SEED = 493
/** Of a letter beside its height, in the face that is asked for; a wider one is pressed into it. */
const LETTER_WIDTH = 0.6

export function overlay({ width, height }: { width: number; height: number }, objects: readonly DrawnObject[]): string {
  const line = Math.max(1.5, Math.min(width, height) / 240)
  const letter = Math.max(10, Math.min(width, height) / 32)
  const parts = objects.map(({ label, confidence, track, box }) => {
    const [x, y, w, h] = [box.left * width, box.top * height, box.width * width, box.height * height]
    const sure = confidence > 0 ? ` ${confidence.toFixed(2)}` : ''
    const words = `${label}${track === null ? '' : ` ${track}`}${sure}`
    const textWidth = words.length * letter * LETTER_WIDTH
    const flagY = y >= letter * 1.4 ? y - letter * 1.4 : y
    const color = colorOf(label)
    return (
      `<rect x="${n(x)}" y="${n(y)}" width="${n(w)}" height="${n(h)}" fill="none" stroke="#000" stroke-opacity=".6" stroke-width="${n(line * 2.2)}"/>` +
      `<rect x="${n(x)}" y="${n(y)}" width="${n(w)}" height="${n(h)}" fill="none" stroke="${color}" stroke-width="${n(line)}"/>` +
      `<rect x="${n(x)}" y="${n(flagY)}" width="${n(textWidth + letter * 0.6)}" height="${n(letter * 1.4)}" fill="${color}"/>` +
      `<text x="${n(x + letter * 0.3)}" y="${n(flagY + letter)}" textLength="${n(textWidth)}" lengthAdjust="spacingAndGlyphs">${escaped(words)}</text>`
    )
  })
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">` +
    `<g font-family="DejaVu Sans, Inter, sans-serif" font-size="${n(letter)}" fill="#000">${parts.join('')}</g></svg>`
  )
}

/** FNV-1a over the lower-cased name: the same class has the same colour everywhere. */
function colorOf(label: string): string {
  let hash = SEED
  for (const char of label.toLowerCase()) {
    hash ^= char.codePointAt(0) ?? 0
    hash = Math.imul(hash, 0x01000193) >>> 0
  }
  return PALETTE[hash % PALETTE.length]!
}

function n(value: number): string {
  return value.toFixed(1)
}

function escaped(text: string): string {
  // A label of a model is anything; what XML cannot carry is left out.
  return [...text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;')]
    .filter((char) => char >= ' ')
    .join('')
}
