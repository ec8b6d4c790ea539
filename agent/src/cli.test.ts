import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { expect, onTestFinished, test } from 'vitest'

function run(...args: string[]) {
  const child = spawn(process.execPath, [new URL('./cli.ts', import.meta.url).pathname, ...args], { stdio: 'pipe' })
  onTestFinished(() => void child.kill('SIGKILL'))
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve))
  return {
    child,
    ended: async () => ({ out: await text(child.stdout), err: await text(child.stderr), code: await exited })
  }
}

function makeSettings(content: string): string {
  const directory = mkdtempSync(join(tmpdir(), 'cli-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  const file = join(directory, 'box.yaml')
  writeFileSync(file, content)
  return file
}

test('tells its version and how to call it', { timeout: 30_000 }, async () => {
  expect(await run('--version').ended()).toMatchObject({ out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/), code: 0 })
  expect(await run('--help').ended()).toMatchObject({ out: expect.stringContaining('vedette COMMAND'), code: 0 })
})

test('a wrong call ends with 2 and says what was expected', { timeout: 90_000 }, async () => {
  expect(await run('strat').ended()).toMatchObject({ err: expect.stringContaining('received strat'), code: 2 })
  expect(await run('start').ended()).toMatchObject({ err: expect.stringContaining('--config FILE'), code: 2 })
  expect(await run('start', '--confg', 'x').ended()).toMatchObject({ err: expect.stringContaining('--confg'), code: 2 })
  expect(await run('model', 'import').ended()).toMatchObject({ err: expect.stringContaining('--parser'), code: 2 })
  expect(await run('probe', 'x', '--usr', 'a').ended()).toMatchObject({
    err: "vedette: Unknown option '--usr'\nTry: vedette probe --help\n",
    code: 2
  })
  expect(await run('start', '--help').ended()).toMatchObject({
    out: expect.stringContaining('Usage: vedette start'),
    code: 0
  })
})

test('config check ends with 0 for right settings, and with 1, file and line for wrong ones', {
  timeout: 30_000
}, async () => {
  const right = makeSettings('box: { id: a }\ndataDir: ./data\n')
  expect(await run('config', 'check', right).ended()).toMatchObject({
    out: expect.stringContaining('right, box a'),
    code: 0
  })
  const wrong = makeSettings('box: { id: a }\ndatadir: ./data\n')
  const { err, code } = await run('config', 'check', wrong).ended()
  const told = expect.stringContaining('box.yaml:2: unknown key "datadir": did you mean "dataDir"?')
  expect([err, code]).toEqual([told, 1])
  expect(await run('start', '--config', wrong).ended()).toEqual({ out: '', err: told, code: 1 })
})

test('an ONNX file that is none is refused by name', { timeout: 30_000 }, async () => {
  const labels = makeSettings('person\n')
  const { err, code } = await run('model', 'import', labels, '--parser', 'yolox', '--labels', labels).ended()
  expect([err, code]).toEqual([expect.stringContaining('vedette: '), 1])
  expect(err).not.toMatch(/^\s+at /m)
})

test('stops in good order on SIGTERM', { timeout: 30_000 }, async () => {
  const settings = makeSettings('box: { id: a }\ndataDir: ./data\nhttp: { port: 0 }\n')
  const { child, ended } = run('start', '--config', settings)
  child.stdout.once('data', () => setTimeout(() => child.kill('SIGTERM'), 0))
  expect(await ended()).toMatchObject({ out: expect.stringContaining('started'), code: 0 })
})
