/**
 * The strategy `template`: finds pictures of things in frames, by normalised cross-correlation in C++. Runs in a process
 * of its own as a user's module does, so that what it costs is nobody else's.
 */
import { createTemplateSearch, type RgbPicture } from '@vedette/native'
import sharp from 'sharp'

export interface TemplateConfig {
  templates: { label: string; file: string }[]
  scales?: number[]
  threshold?: number
  maxDetections?: number
}

interface Frame extends RgbPicture {
  number: number
}

/** A numbers of a match: template, score, left, top, width, height. */
const STRIDE = 6

export default async function makeTemplateStrategy(config: TemplateConfig) {
  const { templates, scales = [1], threshold = 0.8, maxDetections = 20 } = config
  const pictures = await Promise.all(templates.map(({ file }) => readPicture(file)))
  const search = createTemplateSearch({ templates: pictures, scales, threshold, limit: maxDetections })
  return {
    detect(frame: Frame) {
      const numbers = search.look(frame)
      return Array.from({ length: numbers.length / STRIDE }, (_, i) => {
        const [template, score, ...box] = numbers.subarray(i * STRIDE, (i + 1) * STRIDE)
        return { label: templates[template!]!.label, confidence: Math.min(1, Math.max(0, score!)), box }
      })
    }
  }
}

async function readPicture(file: string): Promise<RgbPicture> {
  try {
    const { data, info } = await sharp(file)
      .flatten({ background: '#808080' })
      .toColourspace('srgb')
      .removeAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true })
    return { width: info.width, height: info.height, data: new Uint8Array(data) }
  } catch (error) {
    throw new Error(`expected a picture (PNG, JPEG, WebP) at ${file}: ${(error as Error).message}`)
  }
}
