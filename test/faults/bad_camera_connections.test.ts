// Cameras that refuse, hang and break off, all at once beside three good ones on one box: the page says what is wrong
// with each, each is back once it behaves, the good ones miss nothing.
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ScriptName } from '../world/bad_camera/script.ts'
import type { BadCamera } from '../world/bad_camera.ts'
import { type BadSite, startBadSite } from '../world/bad_site.ts'

const LIMIT_MS = 100_000
const LOGIN = { user: 'site', password: 'changed-meanwhile' }

interface Story {
  script: ScriptName
  /** What the page says of it. */
  says: RegExp
  isListening?: false
  /** What is done to it once it is live; then the page says `says`. */
  spoil?: (camera: BadCamera) => Promise<void> | void
  login?: typeof LOGIN
}

const STORIES: Record<string, Story> = {
  refusing: { script: 'good', isListening: false, says: /^backing_off: .*refused the connection.*Check its port/ },
  locked: { script: 'locked', login: LOGIN, says: /^auth_failed: .*refused the password.*Edit credentials/ },
  silent: { script: 'silent', says: /^backing_off: .*does not answer.*Check power and network/ },
  mute: { script: 'mute-after-describe', says: /^backing_off: .*does not answer.*Check power and network/ },
  // On a busy machine the next try may begin before the page is looked at again: it says the same of the last one.
  trickling: { script: 'trickle', says: /^(stalled|connecting): .*no keyframe came within 30 s/ },
  stopping: { script: 'stops', says: /^stalled: .*no picture for 10 s.*Check the camera/ },
  closing: { script: 'closes', says: /^backing_off: .*the camera ended the stream/ },
  ending: { script: 'ends', says: /^backing_off: .*the camera ended the stream/ },
  vanishing: { script: 'good', spoil: (camera) => camera.vanish(), says: /^stalled: .*no picture for 10 s/ },
  restarting: { script: 'good', spoil: (camera) => camera.refuse(), says: /^backing_off: / }
}

let site: BadSite
const ends = new Map<string, Promise<number>>()

beforeAll(async () => {
  site = await startBadSite()
  for (const [name, story] of Object.entries(STORIES)) {
    const end = live(name, story)
    end.catch(() => undefined)
    ends.set(name, end)
  }
})

afterAll(() => site?.stop())

test.each(Object.keys(STORIES))(
  'the page says what is wrong with the camera that is %s, and it is back once it behaves',
  {
    timeout: 2 * LIMIT_MS
  },
  async (name) => {
    const seconds = await ends.get(name)
    console.log(`${name}: live ${seconds?.toFixed(1)} s after it behaved again`)
  }
)

test('the three good cameras beside them have missed nothing', async () => {
  const { frames, gaps, troubles } = await site.good()
  expect(frames).toBeGreaterThan(200)
  expect({ gaps, troubles }).toEqual({ gaps: 0, troubles: [] })
})

/** Seconds from good behaviour to the first picture on the page. */
async function live(name: string, { script, says, isListening, spoil, login }: Story): Promise<number> {
  const camera = await site.startBad({ script, ...(isListening === false && { isListening }) })
  const form = { name, url: camera.url, ...login }
  await site.operator.addCamera(site.id, form)
  const limits = { limitMs: LIMIT_MS }
  const from = spoil ? await site.shown.says(name, /^live: /, limits) : 0
  await spoil?.(camera)
  const wrong = await site.shown.says(name, says, { ...limits, from })
  camera.behave()
  const began = performance.now()
  // Credentials are put right by a person, and then tried at once.
  if (login) await site.operator.changeCamera(site.id, name, { ...form, password: 'right' })
  await site.shown.says(name, /^live: /, { ...limits, from: wrong })
  return (performance.now() - began) / 1000
}
