// Passwords of every kind open their cameras, and come out nowhere, with GStreamer's debug output on.
import { randomInt } from 'node:crypto'
import { connectAsync } from 'mqtt'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type BadSite, startBadSite } from '../world/bad_site.ts'
import { FOOTAGE } from '../world/cache.ts'
import { startCameras } from '../world/camera.ts'

const LIMIT_MS = 90_000
const USER = 'operator'
const ASCII = Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i)).join('')
const pick = (from: string, length: number) =>
  Array.from({ length }, () => [...from][randomInt([...from].length)]).join('')

/** Strong ones may stand nowhere; of weak ones ("camera") only the places of credentials can be asked about. */
const STRONG: Record<string, string> = {
  printable: `x${pick(ASCII, 14)}y`,
  unicode: `x${pick('äößÆ€漢字🔑é', 6)}y`,
  percent: `100%41%2F${pick('%0123456789abcdef', 8)}`,
  marks: `'"\\&<>@:/?#${pick(ASCII, 4)}.`
}
const WEAK: Record<string, string> = { word: 'camera', short: 'ab' }
const ALL = { ...STRONG, ...WEAK }
/** Known to the box, refused by the camera. */
const WRONG = `x${pick(ASCII, 14)}z`

const PLACES = [
  /user-pw=(?!\[redacted\])/,
  /:\/\/(?!\[redacted\]|\*\*\*)[^\s/"@]+@/,
  /authorization: (?!\[redacted\])/i
]

const stops: (() => Promise<unknown>)[] = []
const lines: string[] = []
const messages: string[] = []
let site: BadSite

beforeAll(async () => {
  const env = { GST_DEBUG: '*:4,rtspsrc:5,rtspconnection:5,default:5', GST_DEBUG_NO_COLOR: '1' }
  site = await startBadSite({ env, onLine: (line) => void lines.push(line) })
  stops.push(() => site.stop())
  const { password } = await site.operator.addReader('auditor')
  const reader = await connectAsync(`mqtt://127.0.0.1:${site.server.readOnlyPort}`, { username: 'auditor', password })
  stops.push(() => reader.endAsync(true))
  reader.on('message', (_topic, payload) => void messages.push(payload.toString()))
  await reader.subscribeAsync('#')
  for (const [name, password] of Object.entries(ALL)) await add(name, password, password)
  await add('mistaken', 'right', WRONG)
})

afterAll(async () => {
  for (const stop of stops.toReversed()) await stop()
})

async function add(name: string, right: string, said: string): Promise<void> {
  const street = await startCameras({ mounts: [{ name, film: FOOTAGE }], auth: `${USER}:${right}` })
  stops.push(() => street.stop())
  await site.operator.addCamera(site.id, { name, url: street.url(name), user: USER, password: said })
}

test.each(Object.keys(ALL))('a password of the kind %s opens its camera', async (name) => {
  await site.shown.says(name, /^live: /, { limitMs: LIMIT_MS })
})

test('none of them comes out of the log, of GStreamer or of a message', async () => {
  await site.shown.says('mistaken', /^auth_failed: /, { limitMs: LIMIT_MS })
  expect(lines.filter((line) => line.includes('rtspsrc')).length).toBeGreaterThan(100)
  expect(messages.filter((message) => message.includes('mistaken')).length).toBeGreaterThan(1)
  const said = [...lines, ...messages]
  for (const password of [...Object.values(STRONG), WRONG])
    for (const form of formsOf(password)) expect(said.filter((text) => text.includes(form))).toEqual([])
  for (const place of PLACES) expect(said.filter((text) => place.test(text))).toEqual([])
})

function formsOf(password: string): string[] {
  const inJson = JSON.stringify(password).slice(1, -1)
  return [
    ...[password, inJson, JSON.stringify(inJson).slice(1, -1), encodeURIComponent(password)],
    Buffer.from(`${USER}:${password}`).toString('base64')
  ]
}
