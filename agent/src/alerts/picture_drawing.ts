/** An alert's picture: the camera's JPEG with the object framed and the words below it. */
import type { Alert } from './alert.ts'

const LONGEST_SIDE = 1280
const QUALITY = 80
/** Below, mails and bodies stay small. */
const LARGEST_BYTES = 512 * 1024

export async function drawAlert(
  jpeg: Uint8Array,
  { bounds, label, confidence, severity }: Alert
): Promise<Uint8Array | null> {
  // Loaded when it is needed: it brings a library of its own, and a box without it still alerts.
  const { default: sharp } = await import('sharp')
  const picture = sharp(jpeg).resize(LONGEST_SIDE, LONGEST_SIDE, { fit: 'inside', withoutEnlargement: true })
  const { data, info } = await picture.raw().toBuffer({ resolveWithObject: true })
  const drawn = sharp(data, { raw: info })
  if (bounds !== null) {
    const words = `${label ?? ''}${confidence === null ? '' : ` ${Math.round(confidence * 100)} %`}`.trim()
    drawn.composite([{ input: Buffer.from(overlay(bounds, words, severity, info)) }])
  }
  const made = await drawn.jpeg({ quality: QUALITY }).toBuffer()
  return made.length > LARGEST_BYTES ? null : made
}

const colours = { debug: '#9aa0a6', info: '#4f9cf9', warning: '#f5a623', error: '#f04438' } as const

function overlay(
  [left, top, width, height]: NonNullable<Alert['bounds']>,
  words: string,
  severity: Alert['severity'],
  size: { width: number; height: number }
): string {
  const [x, y, w, h] = [left * size.width, top * size.height, width * size.width, height * size.height].map(
    Math.round
  ) as [number, number, number, number]
  const line = Math.max(2, Math.round(size.width / 320))
  const type = Math.max(12, Math.round(size.width / 50))
  const base = y > type * 1.6 ? y - type * 0.5 : y + h + type * 1.1
  const text = words.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`)
  // A dark line round the light one, so that it is seen on any footage.
  const frame = (colour: string, stroke: number) =>
    `<rect x="${x}" y="${y}" width="${w}" height="${h}" fill="none" stroke="${colour}" stroke-width="${stroke}"/>`
  const letters = `x="${x}" y="${base}" font-family="sans-serif" font-weight="bold" font-size="${type}"`
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${size.width}" height="${size.height}">${frame('#000', line * 2)}${frame(
    colours[severity],
    line
  )}<text ${letters} stroke="#000" stroke-width="${line * 2}" stroke-linejoin="round">${text}</text><text ${letters} fill="#fff">${text}</text></svg>`
}
