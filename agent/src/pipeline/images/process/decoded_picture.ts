/** From an encoded picture to pixels on the canvas. JPEG is decoded no larger than the canvas needs (shrink-on-load). */
import sharp, { type Metadata, type Sharp } from 'sharp'
import { readBmp } from './bmp.ts'
import { type Canvas, type Placement, place } from './canvas.ts'
import { imageKind } from './image_kind.ts'
import { PictureFault } from './picture_fault.ts'

/** Known by its head, not decoded yet. */
export interface OpenPicture {
  image: Sharp
  /** Upright (EXIF). */
  width: number
  height: number
  /** A JPEG as a camera sends it: the pipeline's own decoder makes the same of it as libvips does. */
  isPlainJpeg: boolean
}

export interface PlacedPicture {
  /** RGB of the whole canvas. */
  pixels: Buffer
  placed: Placement
}

// Pictures are looked at side by side: a thread for each is enough. Nothing is asked for twice.
sharp.concurrency(1)
sharp.cache(false)

/** Rejects with a PictureFault. */
export async function decodePicture({ image, width, height }: OpenPicture, canvas: Canvas): Promise<PlacedPicture> {
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
  return { pixels: data, placed }
}

/** Rejects with a PictureFault. */
export async function openPicture(bytes: Buffer, maxPixels: number): Promise<OpenPicture> {
  const kind = imageKind(bytes)
  if (kind === null)
    throw new PictureFault('unsupported', 'expected a picture in JPEG, PNG, WebP or BMP, received something else')
  if (kind === 'bmp') {
    const { pixels, width, height } = readBmp(bytes, maxPixels)
    return { image: sharp(pixels, { raw: { width, height, channels: 3 } }), width, height, isPlainJpeg: false }
  }
  const image = sharp(bytes, { limitInputPixels: maxPixels, failOn: 'error', sequentialRead: true }).autoOrient()
  const head = await image.metadata().catch(asFault)
  return { image, ...head.autoOrient, isPlainJpeg: isPlain(head) && endsWhole(bytes) }
}

/** Upright, and in colours that need no profile. */
function isPlain({ format, space, channels, orientation = 1, hasProfile }: Metadata): boolean {
  return format === 'jpeg' && space === 'srgb' && channels === 3 && orientation === 1 && !hasProfile
}

/** With the marker EOI. */
function endsWhole(jpeg: Buffer): boolean {
  return jpeg.at(-2) === 0xff && jpeg.at(-1) === 0xd9
}

/** libvips says in its own words what is wrong with a picture. */
function asFault(error: Error): never {
  const words = error.message.split('\n')[0]!.slice(0, 300)
  if (/pixel limit/i.test(words)) throw new PictureFault('too-large', `expected fewer pixels: ${words}`)
  throw new PictureFault('broken', `expected a whole picture, but it does not decode: ${words}`)
}
