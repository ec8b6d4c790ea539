/** Finds patches of one colour: a safety vest, a red lamp, spilled oil on a light floor. */
import type { Detection, DetectionStrategy, StrategyFrame } from './strategy.ts'

interface Config {
  /** Red, green, blue, 0 … 255 each. */
  colour: [number, number, number]
  /** How far each of them may be off. */
  tolerance?: number
  /** Patches below are left out, as a share of the picture. */
  minArea?: number
  label?: string
}

/** Pixels of a cell in each direction; a cell belongs to a patch when half of it has the colour. */
const CELL = 8

export default function makeColourDetector(config: Config): DetectionStrategy {
  const { colour, tolerance = 40, minArea = 0.001, label } = config
  if (!Array.isArray(colour) || colour.length !== 3)
    throw new Error(`expected three numbers for config.colour, received ${JSON.stringify(colour)}`)
  return {
    detect: (frame) => {
      const cells = cellsOf(frame, colour, tolerance)
      return patches(cells).map(({ left, top, right, bottom, filled }) => ({
        ...(label === undefined ? {} : { label }),
        // A patch that fills its box is surer than a thin or ragged one.
        confidence: filled / ((right - left) * (bottom - top)),
        box: [
          left / cells.columns,
          top / cells.rows,
          (right - left) / cells.columns,
          (bottom - top) / cells.rows
        ] as Detection['box']
      }))
    },
    shouldProcess: ({ box: [, , width, height] }) => width * height >= minArea
  }
}

interface Cells {
  columns: number
  rows: number
  has: boolean[]
}

function cellsOf({ width, height, data }: StrategyFrame, colour: number[], tolerance: number): Cells {
  const columns = Math.floor(width / CELL)
  const rows = Math.floor(height / CELL)
  const counts = new Uint16Array(columns * rows)
  for (let y = 0; y < rows * CELL; y++) {
    for (let x = 0; x < columns * CELL; x++) {
      const at = (y * width + x) * 3
      if (colour.every((wanted, i) => Math.abs(data[at + i]! - wanted) <= tolerance))
        counts[Math.floor(y / CELL) * columns + Math.floor(x / CELL)]!++
    }
  }
  return { columns, rows, has: Array.from(counts, (count) => count * 2 >= CELL * CELL) }
}

interface Patch {
  left: number
  top: number
  right: number
  bottom: number
  filled: number
}

/** Cells that touch each other, side by side. */
function patches({ columns, rows, has }: Cells): Patch[] {
  const left = [...has]
  const found: Patch[] = []
  for (let start = 0; start < left.length; start++) {
    if (!left[start]) continue
    const patch: Patch = { left: columns, top: rows, right: 0, bottom: 0, filled: 0 }
    const open = [start]
    left[start] = false
    for (let cell = open.pop(); cell !== undefined; cell = open.pop()) {
      const x = cell % columns
      const y = Math.floor(cell / columns)
      patch.left = Math.min(patch.left, x)
      patch.top = Math.min(patch.top, y)
      patch.right = Math.max(patch.right, x + 1)
      patch.bottom = Math.max(patch.bottom, y + 1)
      patch.filled++
      for (const [dx, dy] of [
        [-1, 0],
        [1, 0],
        [0, -1],
        [0, 1]
      ] as const) {
        const [nx, ny] = [x + dx, y + dy]
        const next = ny * columns + nx
        if (nx < 0 || ny < 0 || nx >= columns || ny >= rows || !left[next]) continue
        left[next] = false
        open.push(next)
      }
    }
    found.push(patch)
  }
  return found
}
