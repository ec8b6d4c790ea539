// The confidence that the settings of a box ask for is that of every object it tells: of its cameras and of pictures.
import type { RuleEvent } from '@vedette/protocol'
import { expect, onTestFinished, test } from 'vitest'
import { FOOTAGE } from '../world/cache.ts'
import { filmPictures } from '../world/film_picture.ts'
import { startLoneBox } from '../world/lone_box.ts'
import { eventually } from '../world/wait.ts'

const LIMIT_MS = 90_000
const FRAMES = 40
/** Of this film the model is 0.40 to 0.62 sure. */
const ASKED = 0.5
const PICTURE = 100
const EVENTS = 3
const FILM = { kind: 'file', path: FOOTAGE, loop: true }

test('objects below detection.confidence are none: not on a camera, not in a picture', {
  timeout: 4 * LIMIT_MS
}, async () => {
  const picture = (await filmPictures(PICTURE + 1))[PICTURE]!
  const usual = await confidences(picture, {})
  const asked = await confidences(picture, { confidence: ASKED })
  // The same film has less sure ones, or this would say nothing.
  for (const of of ['camera', 'picture'] as const) {
    expect(Math.min(...usual[of])).toBeLessThan(ASKED)
    expect(asked[of].length).toBeGreaterThan(0)
    expect(Math.min(...asked[of])).toBeGreaterThanOrEqual(ASKED)
  }
})

test('an event of a rule tells how sure its track was, also where the model looks at every fifth frame only', {
  timeout: 2 * LIMIT_MS
}, async () => {
  const path = {
    kind: 'zone-entered',
    name: 'Path',
    zone: [
      [0, 0],
      [1, 0],
      [1, 1],
      [0, 1]
    ],
    inertiaFrames: 1
  }
  const box = await startLoneBox({
    analysis: { interval: 4 },
    cameras: { door: { name: 'Front door', source: FILM, rules: { path } } }
  })
  onTestFinished(() => box.stop())
  const events = await eventually('people who come', LIMIT_MS, async () => {
    const answer = (await (await fetch(`${box.url}/v1/events?limit=200`)).json()) as { events: RuleEvent[] }
    const ofRule = answer.events.filter(({ kind }) => kind === 'rule')
    return ofRule.length >= EVENTS && ofRule
  })
  expect(Math.min(...events.map(({ confidence }) => confidence!))).toBeGreaterThan(0)
})

async function confidences(picture: Buffer, detection: { confidence?: number }) {
  const box = await startLoneBox({
    ...{ detection, analysis: { interval: 0, tracker: 'none' } },
    cameras: { door: { name: 'Front door', source: FILM } }
  })
  onTestFinished(() => box.stop())
  const camera = await ofCamera(`${box.url}/v1/sources/door/results?format=ndjson`)
  const body = new FormData()
  body.append('file', new Blob([new Uint8Array(picture)]), 'film.jpg')
  const answer = await fetch(`${box.url}/predict/`, { method: 'POST', body })
  expect(answer.status).toBe(200)
  return { camera, picture: of((await answer.json()) as Result) }
}

interface Result {
  detections: { confidence: number }[]
}

function of({ detections }: Result): number[] {
  return detections.map(({ confidence }) => confidence)
}

/** Of so many frames with objects in them. */
async function ofCamera(url: string): Promise<number[]> {
  const found: number[] = []
  let frames = 0
  let text = ''
  const answer = await fetch(url, { signal: AbortSignal.timeout(LIMIT_MS) })
  for await (const chunk of answer.body!) {
    const lines = (text + Buffer.from(chunk).toString()).split('\n')
    text = lines.pop()!
    for (const line of lines.filter((one) => one !== '')) {
      const own = of(JSON.parse(line) as Result)
      found.push(...own)
      if (own.length > 0 && ++frames >= FRAMES) return found
    }
  }
  throw new Error('expected results without an end')
}
