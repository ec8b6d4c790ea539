// What protocol/README.md tells a reader to type is typed here, as it stands there, against a running console.
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { Analysis, check, decode, ModelComparison } from '@vedette/protocol'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Fleet, startFleet } from '../world/fleet.ts'
import { live } from '../world/live.ts'

const folder = join(import.meta.dirname, '../../protocol')
const readme = readFileSync(join(folder, 'README.md'), 'utf8')
const lines = [...readme.matchAll(/```sh\n(.*?)```/gs)].flatMap(([, block = '']) => block.trim().split('\n'))
const subscriptions = lines.filter((line) => line.startsWith('mosquitto_sub '))
const shown = [...readme.matchAll(/```json\n(.*?)```/gs)].map(([, block = '']) => JSON.parse(block) as unknown)
const LIMIT_S = 60

let fleet: Fleet
let env: NodeJS.ProcessEnv
const page = new AbortController()

beforeAll(async () => {
  fleet = await startFleet({ boxes: [{ name: 'Gate', cameras: ['Path'] }] })
  const { password } = await fleet.operator.addReader('readme')
  const { readOnlyPort } = fleet.server
  await fleet.boxes[0]?.agent.process.line(/online as session/)
  env = { ...process.env, HOST: '127.0.0.1', READ_PORT: String(readOnlyPort), USER: 'readme', PASSWORD: password }
})
afterAll(async () => {
  page.abort()
  await fleet?.stop()
})

test('every line of the README is run here', () => {
  expect(subscriptions).toHaveLength(8)
  expect(lines).toEqual(subscriptions)
})

test('every object that the README shows is as the schema wants it', () => {
  const [analysis, comparison] = shown
  expect(shown).toHaveLength(2)
  expect(() => check(Analysis, analysis, 'analysis')).not.toThrow()
  expect(() => check(ModelComparison, comparison, 'comparison')).not.toThrow()
})

test.each(subscriptions.filter((line) => !line.includes('protoc')))('%s', async (line) => {
  const channel = /\/\+\/(up\/\w+)'/.exec(line)?.[1] as 'up/presence'
  const text = await run(line)
  expect(text.trimEnd().split('\n')).toHaveLength(1)
  expect(() => decode(channel, text)).not.toThrow()
})

test.each(subscriptions.filter((line) => line.includes('protoc')))('%s', async (line) => {
  // Frames come while somebody looks at the camera's page.
  const watching = (async () => {
    for await (const { event } of live(fleet.operator, `box=${fleet.boxes[0]?.id}&camera=path`, page.signal)) {
      if (event === 'removed') return
    }
  })()
  const text = await run(line)
  page.abort()
  await watching
  expect(text).toMatch(/^catalog: "[0-9a-f]{64}"$/m)
  expect(text).toMatch(/^sequence: \d+$/m)
  expect(text).toMatch(/^frames \{$/m)
  expect(text).toMatch(/^ {2}captured_us: \d{16}$/m)
  // Fields that frames.proto does not name would be shown by their numbers.
  expect(text).not.toMatch(/^\s*\d+[:\s]/m)
})

/** As typed into a shell in the folder that the README names; `timeout` ends all that the line started. */
async function run(line: string): Promise<string> {
  const { stdout } = await promisify(execFile)('timeout', [String(LIMIT_S), 'sh', '-c', line], { cwd: folder, env })
  return stdout
}
