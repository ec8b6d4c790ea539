/**
 * The one size that every picture is brought to before the model looks at it: the network's own, so that nothing is
 * scaled twice, or a multiple where further models look at parts of the picture. Pure.
 */
import { parseIni } from '@vedette/model'

export interface Canvas {
  width: number
  height: number
  /** stretch: the picture fills it; otherwise it keeps its shape, in the corner or in the middle. */
  fit: 'stretch' | 'corner' | 'middle'
}

/** Where the picture lies on the canvas, in pixels. */
export interface Placement {
  left: number
  top: number
  width: number
  height: number
}

export interface Rectangle {
  left: number
  top: number
  width: number
  height: number
}

/** Where the configuration leaves it to the model, which scales from there. */
const UNKNOWN = { width: 640, height: 640 }
/** Parts of a picture that further models look at have so many times the pixels of the network's input, both ways. */
const DETAIL = 3
const LONGEST = 2048

/** `config` is the text that nvinfer reads. */
export function canvasOf(config: string, hasSecondaries: boolean): Canvas {
  const property = parseIni(config).get('property')
  // Channels, height and width, whatever the order in the network is.
  const [, height = 0, width = 0] = (property?.get('infer-dims') ?? '').split(';').map(Number)
  const fit = fitOf(property?.get('maintain-aspect-ratio'), property?.get('symmetric-padding'))
  const network: Canvas = width > 0 && height > 0 ? { width, height, fit } : { ...UNKNOWN, fit }
  if (!hasSecondaries) return network
  const scale = Math.max(1, Math.min(DETAIL, Math.floor(LONGEST / Math.max(network.width, network.height))))
  return { ...network, width: network.width * scale, height: network.height * scale }
}

export function place(canvas: Canvas, picture: { width: number; height: number }): Placement {
  if (canvas.fit === 'stretch') return { left: 0, top: 0, width: canvas.width, height: canvas.height }
  const scale = Math.min(canvas.width / picture.width, canvas.height / picture.height)
  const width = Math.max(1, Math.min(canvas.width, Math.round(picture.width * scale)))
  const height = Math.max(1, Math.min(canvas.height, Math.round(picture.height * scale)))
  if (canvas.fit === 'corner') return { left: 0, top: 0, width, height }
  return { left: Math.floor((canvas.width - width) / 2), top: Math.floor((canvas.height - height) / 2), width, height }
}

/** A box in parts of the canvas, as parts of the picture on it, and none of it outside. */
export function onPicture(box: Rectangle, canvas: Canvas, placed: Placement): Rectangle {
  const inside = (value: number) => Math.min(1, Math.max(0, value))
  const left = inside((box.left * canvas.width - placed.left) / placed.width)
  const top = inside((box.top * canvas.height - placed.top) / placed.height)
  const right = inside(((box.left + box.width) * canvas.width - placed.left) / placed.width)
  const bottom = inside(((box.top + box.height) * canvas.height - placed.top) / placed.height)
  return { left, top, width: right - left, height: bottom - top }
}

function fitOf(keepsAspect: string | undefined, isSymmetric: string | undefined): Canvas['fit'] {
  if (keepsAspect !== '1') return 'stretch'
  return isSymmetric === '1' ? 'middle' : 'corner'
}
