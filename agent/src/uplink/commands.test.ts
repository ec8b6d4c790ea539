import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Command, Reply } from '@vedette/protocol'
import { expect, onTestFinished, test } from 'vitest'
import { CameraIndices, makeCatalog } from './catalog.ts'
import { Commands } from './commands.ts'

function makeDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'commands-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  return directory
}

function makeCommands(file: string) {
  const done: string[] = []
  const replies: [string, Reply][] = []
  const act = (message: string) => () => {
    done.push(message)
    return { message }
  }
  const commands = new Commands(
    file,
    {
      announce: act('announced'),
      restart: act('restarted'),
      snapshot: ({ camera }) => {
        throw new Error(`no picture of ${camera}`)
      },
      diagnose: () => ({ message: 'see the result', result: { load: 1 } }),
      'log-level': act('set')
    },
    (id, reply) => replies.push([id, reply])
  )
  return { commands, done, replies }
}

const inAMinute = () => new Date(Date.now() + 60_000).toISOString()
const command = (what: Command['do'], expires = inAMinute()): Command => ({ v: 1, expires, do: what })

test('does a command once, and answers again when it is said again', async () => {
  const { commands, done, replies } = makeCommands(join(makeDirectory(), 'commands.json'))
  await commands.take('a', command({ command: 'announce' }))
  await commands.take('a', command({ command: 'announce' }))
  expect(done).toEqual(['announced'])
  expect(replies.map(([id, { ok, message }]) => [id, ok, message])).toEqual([
    ['a', true, 'announced'],
    ['a', true, 'announced']
  ])
})

test('does not restart again when the console repeats the command after the restart', async () => {
  const file = join(makeDirectory(), 'commands.json')
  const restart = command({ command: 'restart', what: 'agent' })
  await makeCommands(file).commands.take('r', restart)
  const second = makeCommands(file)
  await second.commands.take('r', restart)
  expect(second.done).toEqual([])
  expect(second.replies[0]![1]).toMatchObject({ ok: true, message: 'This command was done before.' })
})

test('refuses an expired command, with both times', async () => {
  const { commands, done, replies } = makeCommands(join(makeDirectory(), 'commands.json'))
  await commands.take('a', command({ command: 'announce' }, '2020-01-01T00:00:00.000Z'))
  expect(done).toEqual([])
  expect(replies[0]![1]).toMatchObject({ ok: false, message: expect.stringContaining('2020-01-01') })
})

test('answers with what went wrong, or with a result', async () => {
  const { commands, replies } = makeCommands(join(makeDirectory(), 'commands.json'))
  await commands.take('s', command({ command: 'snapshot', camera: 'door' }))
  await commands.take('d', command({ command: 'diagnose' }))
  expect(replies[0]![1]).toMatchObject({ ok: false, message: 'no picture of door' })
  expect(replies[1]![1]).toMatchObject({ ok: true, result: { load: 1 } })
})

test('a camera keeps its index over removal, return and restart', () => {
  const file = join(makeDirectory(), 'cameras.json')
  const indices = new CameraIndices(file)
  indices.include(['a', 'b'])
  indices.include(['b', 'c'])
  expect(indices.list(['b', 'c'])).toEqual([null, 'b', 'c'])
  expect(indices.list(['b'])).toEqual([null, 'b'])
  const again = new CameraIndices(file)
  again.include(['c', 'a'])
  expect([again.of('a'), again.of('c')]).toEqual([0, 2])
  expect(() => again.of('x')).toThrow('received x')
})

test('the hash of a catalog follows its content', () => {
  const parts = { cameras: ['a'], classes: ['person'], model: null }
  expect(makeCatalog(parts).hash).toBe(makeCatalog({ ...parts }).hash)
  expect(makeCatalog({ ...parts, classes: ['car'] }).hash).not.toBe(makeCatalog(parts).hash)
})
