/** The inside of the process that looks at pictures: decodes, asks the model, draws; one answer for each request. */
import { readFileSync } from 'node:fs'
import type { NativeAddon, PipelineError } from '@vedette/native'
import type { Frame } from '@vedette/protocol'
import type {
  DrawnObject,
  FoundObject,
  FromImages,
  ImageAnswer,
  ImageLimits,
  ImageModels,
  ImageRequest
} from '../messages.ts'
import { type Canvas, canvasOf, onPicture, type Placement, place } from './canvas.ts'
import { decodePicture, type OpenPicture, openPicture } from './decoded_picture.ts'
import { drawPicture } from './drawn_picture.ts'
import { ImagePipeline } from './image_pipeline.ts'
import { PictureFault } from './picture_fault.ts'

/** Full HD. Larger JPEGs are decoded no larger than the model needs them: sooner done, and less to hold. */
const WHOLE_PIXELS = 1920 * 1088

export interface ImageDeskOptions {
  addon: NativeAddon
  tell(message: FromImages): void
  answer(answer: ImageAnswer, jpeg: Buffer | null): void
  /** It cannot go on: the process should end. */
  fatal(message: string): void
}

interface Eye {
  pipeline: ImagePipeline
  canvas: Canvas
  labels: readonly string[]
}

export class ImageDesk {
  readonly #options: ImageDeskOptions
  #limits: ImageLimits | null = null
  #eye: Promise<Eye> | null = null

  constructor(options: ImageDeskOptions) {
    this.#options = options
  }

  /** Once: other models are another process. */
  configure(models: ImageModels, limits: ImageLimits): void {
    this.#limits = limits
    const [detector] = models.stages
    if (detector === undefined) return
    this.#eye = this.#open(models, limits)
    this.#eye.then(
      () => this.#options.tell({ say: 'ready' }),
      (error: Error) => this.#options.fatal(error.message)
    )
  }

  async serve(asked: ImageRequest, bytes: Buffer): Promise<void> {
    const { request } = asked
    try {
      if (asked.do === 'draw') {
        const { jpeg, width, height } = await drawPicture(bytes, asked.objects, this.#maxPixels)
        this.#options.answer({ request, width, height, objects: [] }, jpeg)
      } else await this.#infer(asked, bytes)
    } catch (error) {
      const isPicture = error instanceof PictureFault
      const message = error instanceof Error ? error.message : String(error)
      this.#options.answer({ request, failure: isPicture ? error.failure : 'failed', message }, null)
    }
  }

  async stop(): Promise<void> {
    const eye = await this.#eye?.catch(() => null)
    await eye?.pipeline.stop()
  }

  get #maxPixels(): number {
    return this.#limits?.maxPixels ?? 0
  }

  async #open(models: ImageModels, limits: ImageLimits): Promise<Eye> {
    const canvas = canvasFor(models)
    const fatal = (error: PipelineError) => this.#options.fatal(error.message)
    const pipeline = new ImagePipeline({ addon: this.#options.addon, models, limits, canvas, fatal })
    await pipeline.start()
    return { pipeline, canvas, labels: models.labels }
  }

  async #infer({ request, annotate }: ImageRequest & { do: 'infer' }, bytes: Buffer): Promise<void> {
    if (this.#eye === null) throw new PictureFault('failed', 'no model runs on this box')
    const { pipeline, canvas, labels } = await this.#eye
    const picture = await openPicture(bytes, this.#maxPixels)
    const { width, height } = picture
    const decoded = pipeline.takesAnySize && goesWhole(picture) ? await this.#options.addon.decodeJpeg(bytes) : null
    const { pixels, placed } = decoded
      ? { pixels: decoded, placed: place({ ...canvas, fit: 'stretch' }, picture) }
      : await decodePicture(picture, canvas)
    const objects = objectsOf(await pipeline.look(pixels), canvas, placed)
    const jpeg = annotate ? (await drawPicture(bytes, drawn(objects, labels), this.#maxPixels)).jpeg : null
    this.#options.answer({ request, width, height, objects }, jpeg)
  }
}

/** What our own decoder does not decode is left to libvips, which then says why. */
function goesWhole({ isPlainJpeg, width, height }: OpenPicture): boolean {
  return isPlainJpeg && width * height <= WHOLE_PIXELS
}

function canvasFor({ stages }: ImageModels): Canvas {
  const { element, config } = stages[0]!
  const text = element === 'infer' ? readFileSync(config, 'utf8') : ''
  return canvasOf(
    text,
    stages.some(({ mode }) => mode === 'secondary')
  )
}

function objectsOf(frame: Frame, canvas: Canvas, placed: Placement): FoundObject[] {
  return Array.from(frame.classId, (classId, i) => {
    const mask = frame.masks.find(({ object }) => object === i)
    return {
      classId,
      confidence: frame.confidence[i]!,
      box: onPicture(
        { left: frame.left[i]!, top: frame.top[i]!, width: frame.boxWidth[i]!, height: frame.boxHeight[i]! },
        canvas,
        placed
      ),
      mask: mask ? { width: mask.width, height: mask.height, counts: [...mask.counts] } : null,
      attributes: frame.attributes
        .filter(({ object }) => object === i)
        .map(({ label, probability, stage }) => ({ label, confidence: probability, stage }))
    }
  })
}

function drawn(objects: readonly FoundObject[], labels: readonly string[]): DrawnObject[] {
  return objects.map(({ classId, confidence, box }) => ({
    label: labels[classId] ?? `class ${classId}`,
    confidence,
    track: null,
    box
  }))
}
