// `vedette monitor` as a person uses it: in a real terminal, beside a box whose cameras come and go.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { type RunningBox, startBox } from '../world/box.ts'
import { FOOTAGE } from '../world/cache.ts'
import { type Street, startCameras } from '../world/camera.ts'
import { freePort } from '../world/console.ts'
import { WorldProcess } from '../world/process.ts'
import { VEDETTE } from '../world/programs.ts'
import { Terminal } from '../world/terminal.ts'
import { lookAtTerminal } from '../world/terminal_picture.ts'

const LIMIT_MS = 90_000
let dir: string
let street: Street
let box: RunningBox
let url: string

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'vedette-monitor-'))
  street = await startCameras({ mounts: [{ name: 'yard', film: FOOTAGE }] })
  box = await startBox({
    dir,
    id: 'gate',
    settings: {
      cameras: {
        door: { source: { kind: 'test' } },
        yard: { source: { kind: 'rtsp', url: street.url('yard') } },
        attic: { source: { kind: 'rtsp', url: 'rtsp://127.0.0.1:9/none' } }
      }
    }
  })
  url = `http://127.0.0.1:${await box.port}`
})
afterAll(async () => {
  await box?.stop()
  await street?.stop()
  await rm(dir, { recursive: true, force: true })
})

test('the screen shows cameras with their figures, the machine, what waits and what is wrong, in 80 × 24', async () => {
  const terminal = dashboard({})
  await terminal.shows(/door +live +\d+\.\d/, LIMIT_MS)
  await terminal.shows(/yard +live +\d+\.\d/, LIMIT_MS)
  const text = await terminal.shows(/attic +(backing off|connecting)/, LIMIT_MS)
  expect(terminal.isFullScreen).toBe(true)
  expect(text).toMatch(/^Vedette {2}gate {2}▲ degraded {2}2 of 3 cameras live/)
  expect(text).toMatch(/CPU .*MEM \S* \d+\.\d\/\d+\.\d GiB.*DISK/)
  expect(text).toMatch(/Engine running.*Queues: spool \d+/)
  expect(text).toMatch(/▲ Camera attic is/)
  expect(terminal.lines.at(-1)).toMatch(/^q quit {2}s sort: name/)
  expect(Math.max(...terminal.lines.map((line) => line.length))).toBeLessThanOrEqual(80)
  await lookAtTerminal(terminal, 'monitor')
})

test('a camera that goes down is seen to go down, and to come back', async () => {
  const terminal = dashboard({ columns: 140, rows: 40 })
  await terminal.shows(/yard +live/, LIMIT_MS)
  street.pause('yard')
  await terminal.shows(/yard +(stalled|backing off|connecting)/, LIMIT_MS)
  await terminal.shows(/1 of 3 cameras live/, LIMIT_MS)
  street.resume('yard')
  await terminal.shows(/yard +live/, LIMIT_MS)
})

test('keys sort, filter and explain', async () => {
  const terminal = dashboard({ columns: 120, rows: 30 })
  await terminal.shows(/yard +live/, LIMIT_MS)
  expect(order(terminal)).toEqual(['attic', 'door', 'yard'])
  terminal.press('r')
  await terminal.shows(/CAMERA▲/)
  expect(order(terminal)).toEqual(['yard', 'door', 'attic'])
  terminal.press('r')
  terminal.press('s')
  await terminal.shows(/sort: state/)
  expect(order(terminal)[0]).toBe('attic')
  terminal.press('/')
  await terminal.shows(/Filter: /)
  terminal.press('doo')
  await terminal.shows(/Filter: doo/)
  terminal.press('\r')
  await terminal.shows(/filter "doo"/)
  expect(order(terminal)).toEqual(['door'])
  terminal.press('\u001b')
  await terminal.shows(/s sort: state {2}r reverse {2}\/ filter {2}n/)
  terminal.press('n')
  await terminal.shows(/n all/)
  expect(order(terminal)).toEqual(['attic'])
  terminal.press('?')
  await terminal.shows(/LATENCY {4}from a frame/)
})

test('it follows the size of its window', async () => {
  const terminal = dashboard({ columns: 80, rows: 24 })
  await terminal.shows(/yard +live/, LIMIT_MS)
  terminal.resize(160, 50)
  await terminal.shows(/^(.*\n){49}q quit/)
})

test.each([['q'], ['SIGINT'], ['SIGTERM'], ['\u0003']])('%j ends it and gives the terminal back', async (how) => {
  const terminal = dashboard({})
  await terminal.shows(/door +live/, LIMIT_MS)
  if (how.startsWith('SIG')) terminal.kill(how as NodeJS.Signals)
  else terminal.press(how)
  expect(await terminal.exited).toBe(0)
  // The other screen, and the cursor.
  expect([
    terminal.isFullScreen,
    terminal.said.lastIndexOf('\u001b[?25h') > terminal.said.lastIndexOf('\u001b[?25l')
  ]).toEqual([false, true])
})

test('with NO_COLOR nothing is coloured, and the words are the same', async () => {
  const terminal = dashboard({ env: { NO_COLOR: '1' } })
  await terminal.shows(/attic +(backing off|connecting)/, LIMIT_MS)
  expect(
    terminal
      .cells()
      .flat()
      .filter(({ color }) => color !== -1)
  ).toEqual([])
})

test('a box that is away is said to be so, with what to do', async () => {
  const lonely = dashboard({ args: ['--url', `http://127.0.0.1:${await freePort()}`] })
  await lonely.shows(/▲ Nothing listens at http:\/\/127\.0\.0\.1:\d+: is the agent running there\?/)
})

test('without a terminal: a line a look, or JSON; a screen is refused', async () => {
  const plain = monitor('--url', url, '--interval', '0.5')
  await plain.line(/^\d{4}-\S+Z {2}degraded {2}cameras \d\/3 {2}fps \d+\.\d/, LIMIT_MS)
  const json = monitor('--url', url, '--json')
  const view = JSON.parse(await json.line(/^\{.*"cameras"/, LIMIT_MS)) as { box: string; cameras: { id: string }[] }
  expect([view.box, view.cameras.map(({ id }) => id).toSorted()]).toEqual(['gate', ['attic', 'door', 'yard']])
  plain.kill('SIGTERM')
  expect(await plain.exited()).toBe(0)
  const refused = monitor('--dashboard')
  await refused.line(/expected a terminal for --dashboard/, LIMIT_MS)
  expect(await refused.exited()).toBe(2)
})

function dashboard({ columns = 80, rows = 24, env = {}, args = ['--url', url] as string[] }): Terminal {
  const all = [VEDETTE, 'monitor', '--dashboard', '--interval', '0.5', ...args]
  const terminal = new Terminal({ command: process.execPath, args: all, columns, rows, env })
  onTestFinished(() => terminal.kill('SIGKILL'))
  return terminal
}

function monitor(...args: string[]): WorldProcess {
  const child = new WorldProcess({ command: process.execPath, args: [VEDETTE, 'monitor', ...args] })
  onTestFinished(() => child.kill())
  return child
}

/** Cameras from top to bottom. */
function order({ lines }: Terminal): string[] {
  return lines.flatMap((line) => /^(attic|door|yard) /.exec(line)?.[1] ?? [])
}
