import { appendFileSync, mkdtempSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, onTestFinished, test, vi } from 'vitest'
import { RotatingFile } from '../rotating_file.ts'
import { lastLines } from './log_files.ts'
import { followLog } from './log_follower.ts'

function makeFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'vedette-log-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return join(folder, 'agent.log')
}

const numbered = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => `line ${from + i}`)
const text = (lines: string[]) => lines.map((line) => `${line}\n`).join('')
const all = { readBytes: Number.POSITIVE_INFINITY, most: 1000, isWanted: () => true, isTooEarly: () => false }

async function read(file: string, wanted: Partial<Parameters<typeof lastLines>[2]> = {}): Promise<string[]> {
  const handle = await open(file)
  try {
    return await lastLines(file, handle, { ...all, ...wanted })
  } finally {
    await handle.close()
  }
}

/** What a follower has told so far. */
async function follow(file: string) {
  const told: string[] = []
  const stopping = new AbortController()
  const current = await open(file)
  const { size: readBytes } = await current.stat()
  const done = (async () => {
    for await (const line of followLog({ file, current, readBytes, everyMs: 5, signal: stopping.signal }))
      told.push(line)
  })()
  onTestFinished(async () => {
    stopping.abort()
    await done
  })
  return told
}

test('the last lines come out of as many files as it takes, in the order of time, packed or not', async () => {
  const file = makeFile()
  writeFileSync(`${file}.10.gz`, gzipSync(text(numbered(0, 3))))
  writeFileSync(`${file}.2`, text(numbered(3, 6)))
  writeFileSync(`${file}.1`, text(numbered(6, 9)))
  writeFileSync(file, text(numbered(9, 11)))
  writeFileSync(`${file}.old`, 'not of it\n')
  expect(await read(file)).toEqual(numbered(0, 11))
  expect(await read(file, { most: 4 })).toEqual(numbered(7, 11))
  expect(await read(file, { most: 1 })).toEqual(['line 10'])
  expect(await read(file, { isWanted: (line) => line !== 'line 10', most: 2 })).toEqual(['line 8', 'line 9'])
})

test('files that end before the time that is asked for are not read', async () => {
  const file = makeFile()
  writeFileSync(`${file}.2`, 'never read\n')
  writeFileSync(`${file}.1`, text(numbered(0, 9)))
  writeFileSync(file, text(numbered(9, 11)))
  const isTooEarly = (line: string) => Number(line.split(' ')[1]) < 5
  const lines = await read(file, { isTooEarly, isWanted: (line) => !isTooEarly(line) })
  expect(lines).toEqual(numbered(5, 11))
})

test('a follower tells each line once, in order, through any number of rotations', async () => {
  const file = makeFile()
  const log = new RotatingFile({
    ...{ file, maxBytes: 300, keep: 50, maxAgeMs: 1e12 },
    lost: () => expect.fail('nothing is lost'),
    trouble: () => undefined
  })
  log.write('before\n')
  const told = await follow(file)
  const expected = numbered(0, 600)
  for (const [i, line] of expected.entries()) {
    log.write(`${line}\n`)
    // So that some rotations are seen one by one, and others several at once.
    if (i % 50 === 0) await vi.waitFor(() => expect(told.length).toBe(i + 1), { timeout: 20_000, interval: 2 })
  }
  await vi.waitFor(() => expect(told.length).toBeGreaterThanOrEqual(expected.length), { timeout: 20_000, interval: 5 })
  expect(told).toEqual(expected)
})

test('a line is told when it is whole; a file that is emptied or moved away is followed on', async () => {
  const file = makeFile()
  writeFileSync(file, 'before\n')
  const told = await follow(file)
  appendFileSync(file, 'first ')
  appendFileSync(file, 'half\n')
  const reaches = (...lines: string[]) =>
    vi.waitFor(() => expect(told).toEqual(lines), { timeout: 20_000, interval: 5 })
  await reaches('first half')
  truncateSync(file, 0)
  appendFileSync(file, 'a\n')
  await reaches('first half', 'a')
  renameSync(file, `${file}.1`)
  appendFileSync(`${file}.1`, 'last words\n')
  await reaches('first half', 'a', 'last words')
  writeFileSync(file, 'new\n')
  await reaches('first half', 'a', 'last words', 'new')
})
