/** What a strategy answered, checked: it comes from code that we do not know. Pure. */

export interface Found {
  /** Index in the strategy's labels. */
  label: number
  confidence: number
  /** Left, top, width, height, 0 … 1 of the picture. */
  box: [number, number, number, number]
}

/** More in one picture is a mistake of the strategy, and a burden to all who read it. */
const MOST = 1000

export class FindingsError extends Error {
  override name = 'FindingsError'
}

/** Throws a FindingsError that names the value at fault. */
export function readFindings(answer: unknown, labels: readonly string[]): Found[] {
  if (!Array.isArray(answer)) throw fault('a list of detections', answer)
  if (answer.length > MOST) throw new FindingsError(`expected at most ${MOST} detections, received ${answer.length}`)
  return answer.map((entry, i) => readOne(entry, `[${i}]`, labels))
}

function readOne(entry: unknown, at: string, labels: readonly string[]): Found {
  if (typeof entry !== 'object' || entry === null) throw fault(`an object for ${at}`, entry)
  const { label, confidence, box } = entry as Record<string, unknown>
  const index = label === undefined ? 0 : labels.indexOf(String(label))
  if (index < 0) throw fault(`one of the labels of its settings (${labels.join(', ')}) for ${at}.label`, label)
  if (!isFraction(confidence)) throw fault(`0 to 1 for ${at}.confidence`, confidence)
  if (
    !Array.isArray(box) ||
    box.length !== 4 ||
    !box.every((value) => typeof value === 'number' && Number.isFinite(value))
  )
    throw fault(`four numbers (left, top, width, height) for ${at}.box`, box)
  const [left, top, width, height] = box as [number, number, number, number]
  if (left > 1 || top > 1 || left + width < 0 || top + height < 0 || width < 0 || height < 0 || width > 2 || height > 2)
    throw fault(`0 to 1 of the picture for ${at}.box, not pixels`, box)
  return { label: index, confidence, box: inside(left, top, width, height) }
}

function inside(left: number, top: number, width: number, height: number): Found['box'] {
  const [l, t] = [Math.max(0, left), Math.max(0, top)]
  return [l, t, Math.min(1, left + width) - l, Math.min(1, top + height) - t]
}

function isFraction(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value <= 1
}

function fault(expected: string, received: unknown): FindingsError {
  return new FindingsError(`expected ${expected}, received ${(JSON.stringify(received) ?? 'nothing').slice(0, 120)}`)
}
