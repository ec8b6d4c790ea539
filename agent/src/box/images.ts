/** The image engine as the HTTP interface uses it: its faults in the words and numbers of HTTP. */
import { availableParallelism } from 'node:os'
import type { ImageBox } from '../http/box.ts'
import { HttpFault } from '../http/fault.ts'
import { type Detection, rounded } from '../http/result.ts'
import type { ImageEngine, ImageEngineOptions } from '../pipeline/images/image_engine.ts'
import { ImageFault, type ImageFaultCode } from '../pipeline/images/image_fault.ts'
import type { ImageSettings } from '../settings/schema/http.ts'

const STATUS: Record<ImageFaultCode, number> = {
  unsupported: 415,
  broken: 422,
  'too-large': 413,
  busy: 429,
  failed: 503,
  down: 503,
  'no-model': 503,
  aborted: 503
}
/** A process that fell is back within a minute, mostly at once. */
const RETRY_AFTER_S: Partial<Record<ImageFaultCode, number>> = {
  busy: 1,
  failed: 1,
  down: 5,
  'no-model': 60,
  aborted: 1
}

export function boxImages(engine: ImageEngine, maxBytes: number): ImageBox {
  return {
    maxBytes,
    model: () => engine.model,
    counts: () => engine.counts,
    admit: (pictures, bytes) => asHttp(() => engine.admit(pictures, bytes)),
    async infer(bytes, options) {
      const { objects, ...rest } = await engine.infer(bytes, options).catch(rethrow)
      const detections = objects.map(({ label, confidence, box, mask, attributes }): Detection => {
        const { left, top, width, height } = box
        const bbox = { left: rounded(left), top: rounded(top), width: rounded(width), height: rounded(height) }
        const more = attributes.map((one) => ({ ...one, confidence: rounded(one.confidence) }))
        return { class: label, confidence: rounded(confidence), bbox, mask, track: null, attributes: more }
      })
      return { ...rest, detections }
    },
    draw(jpeg, detections, signal) {
      const objects = detections.map(({ class: label, confidence, track, bbox: box }) => ({
        label,
        confidence,
        track,
        box
      }))
      return engine.draw(jpeg, objects, signal).catch(rethrow)
    }
  }
}

/** What the settings say of pictures. */
export function imageOptions(settings: ImageSettings): Pick<ImageEngineOptions, 'limits' | 'maxWaiting' | 'always'> {
  const { maxBatch, maxWaitMs, maxPixels, threads, maxWaiting, always } = settings
  return { limits: { maxBatch, maxWaitMs, maxPixels, threads: threads ?? availableParallelism() }, maxWaiting, always }
}

function asHttp<T>(act: () => T): T {
  try {
    return act()
  } catch (error) {
    return rethrow(error)
  }
}

function rethrow(error: unknown): never {
  if (!(error instanceof ImageFault)) throw error
  throw new HttpFault(STATUS[error.code], error.message, RETRY_AFTER_S[error.code] ?? null)
}
