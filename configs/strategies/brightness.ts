/** Tells when a camera sees next to nothing, or is blinded: lens cap, spray paint, a lamp that failed, low sun. */
import type { Detection, DetectionStrategy, StrategyFrame } from './strategy.ts'

interface Config {
  /** Mean brightness, 0 … 255, below which it is too dark and above which it is too bright. */
  dark?: number
  bright?: number
  /** So many frames in a row, so that headlights are no alarm. */
  frames?: number
}

export class BrightnessAlarm implements DetectionStrategy {
  readonly #config: Required<Config>
  readonly #inARow = new Map<string, { label: string; frames: number }>()

  constructor(config: Config) {
    this.#config = { dark: 30, bright: 225, frames: 5, ...config }
  }

  detect({ data }: StrategyFrame, sourceId: string): Detection[] {
    const { dark, bright, frames } = this.#config
    const mean = meanOf(data)
    const label = mean < dark ? 'too dark' : mean > bright ? 'too bright' : ''
    const before = this.#inARow.get(sourceId)
    const count = before?.label === label ? before.frames + 1 : 1
    this.#inARow.set(sourceId, { label, frames: count })
    if (label === '' || count < frames) return []
    const wrong = label === 'too dark' ? (dark - mean) / dark : (mean - bright) / (255 - bright)
    return [{ label, confidence: 0.5 + Math.min(1, wrong) / 2, box: [0, 0, 1, 1] }]
  }
}

/** Of every seventh sample: enough for a mean, and a fraction of the work. */
function meanOf(data: Uint8Array): number {
  let sum = 0
  let count = 0
  for (let i = 0; i < data.length; i += 7) {
    sum += data[i]!
    count++
  }
  return sum / count
}
