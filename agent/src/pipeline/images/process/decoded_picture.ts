/** From an encoded picture to pixels on the canvas. JPEG is decoded no larger than the canvas needs (shrink-on-load). */
import sharp, { type Sharp } from 'sharp'
import { readBmp } from './bmp.ts'
import { type Canvas, type Placement, place } from './canvas.ts'
import { imageKind } from './image_kind.ts'
import { PictureFault } from './picture_fault.ts'

export interface DecodedPicture {
  /** RGB of the whole canvas. */
  pixels: Buffer
  /** Of the picture itself, upright (EXIF). */
  width: number
  height: number
  placed: Placement
}

// Pictures are looked at side by side: a thread for each is enough. Nothing is asked for twice.
sharp.concurrency(1)
sharp.cache(false)

/** Rejects with a PictureFault. */
export async function decodePicture(bytes: Buffer, canvas: Canvas, maxPixels: number): Promise<DecodedPicture> {
  const { image, width, height } = await openPicture(bytes, maxPixels)
  const placed = place(canvas, { width, height })
  const scaled = image.removeAlpha().toColourspace('srgb').resize(placed.width, placed.height, {
    fit: 'fill',
    kernel: 'linear'
  })
  const isWhole = placed.width === canvas.width && placed.height === canvas.height
  const onCanvas = isWhole
    ? scaled
    : scaled.extend({
        left: placed.left,
        top: placed.top,
        right: canvas.width - placed.width - placed.left,
        bottom: canvas.height - placed.height - placed.top,
        background: '#000'
      })
  const { data, info } = await onCanvas.raw().toBuffer({ resolveWithObject: true }).catch(asFault)
  if (info.channels !== 3)
    throw new PictureFault('broken', `expected a picture in colours, received ${info.channels} channels`)
  return { pixels: data, width, height, placed }
}

/** Upright, and its size so. */
export async function openPicture(
  bytes: Buffer,
  maxPixels: number
): Promise<{ image: Sharp; width: number; height: number }> {
  const kind = imageKind(bytes)
  if (kind === null)
    throw new PictureFault('unsupported', 'expected a picture in JPEG, PNG, WebP or BMP, received something else')
  if (kind === 'bmp') {
    const { pixels, width, height } = readBmp(bytes, maxPixels)
    return { image: sharp(pixels, { raw: { width, height, channels: 3 } }), width, height }
  }
  const image = sharp(bytes, { limitInputPixels: maxPixels, failOn: 'error', sequentialRead: true }).autoOrient()
  const { autoOrient } = await image.metadata().catch(asFault)
  return { image, ...autoOrient }
}

/** libvips says in its own words what is wrong with a picture. */
function asFault(error: Error): never {
  const words = error.message.split('\n')[0]!.slice(0, 300)
  if (/pixel limit/i.test(words)) throw new PictureFault('too-large', `expected fewer pixels: ${words}`)
  throw new PictureFault('broken', `expected a whole picture, but it does not decode: ${words}`)
}
