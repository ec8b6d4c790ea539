import { mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, utimesSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { RotatingFile, type RotatingFileOptions } from './rotating_file.ts'

const DAY_MS = 86_400_000

test('a file that is full is followed by a new one, and only so many stay', () => {
  const { log, folder, text } = begun({ maxBytes: 30, keep: 2 })
  for (let i = 0; i < 12; i++) log.write(`line number ${i}\n`)
  expect(readdirSync(folder).toSorted()).toEqual(['box.log', 'box.log.1', 'box.log.2'])
  expect(text('box.log') + text('box.log.1')).toContain('line number 11\n')
  expect(text('box.log.2')).not.toContain('line number 1\n')
})

test('no line is lost where one file ends and the next begins, nor when it is opened again', () => {
  const options = { maxBytes: 100, keep: 50 }
  const { log, folder, text } = begun(options)
  for (let i = 0; i < 50; i++) log.write(`${i}\n`)
  const second = begun(options, folder).log
  for (let i = 50; i < 100; i++) second.write(`${i}\n`)
  const names = readdirSync(folder).toSorted((a, b) => ageOf(b) - ageOf(a))
  expect(names.map(text).join('')).toBe(Array.from({ length: 100 }, (_, i) => `${i}\n`).join(''))
})

test('a file that began more than a day ago is followed by a new one, and files past their age go', () => {
  let ms = Date.now()
  const { log, folder } = begun({ maxAgeMs: 7 * DAY_MS, keep: 5, now: () => ms })
  log.write('of Monday\n')
  ms += DAY_MS + 1
  log.write('of Tuesday\n')
  expect(readdirSync(folder).toSorted()).toEqual(['box.log', 'box.log.1'])
  utimesSync(join(folder, 'box.log.1'), new Date(ms), new Date(ms - 8 * DAY_MS))
  log.clean()
  expect(readdirSync(folder)).toEqual(['box.log'])
})

test('lines that the disk did not take are counted, and the count is written first when it does', () => {
  let ms = Date.now()
  const { log, folder, text, troubles } = begun({ now: () => ms })
  const away = `${folder}-away`
  onTestFinished(() => rmSync(away, { recursive: true, force: true }))
  log.write('before\n')
  log.reopen()
  // A folder in its place: what a root that may write anywhere cannot open.
  renameSync(join(folder, 'box.log'), away)
  mkdirSync(join(folder, 'box.log'))
  for (let i = 0; i < 5; i++) log.write(`lost ${i}\n`)
  rmSync(join(folder, 'box.log'), { recursive: true })
  ms += 2000
  log.write('after\n')
  expect(text('box.log')).toBe('5 lost\nafter\n')
  expect(troubles).toEqual([expect.stringMatching(/box\.log cannot be written \(EISDIR.*\)\. Check its disk\.$/), null])
})

test('after somebody moved it away, the next line goes into a file of its name', () => {
  const { log, folder, text } = begun({})
  log.write('one\n')
  renameSync(join(folder, 'box.log'), join(folder, 'moved'))
  log.write('two\n')
  log.reopen()
  log.write('three\n')
  expect([text('moved'), text('box.log')]).toEqual(['one\ntwo\n', 'three\n'])
})

function begun(options: Partial<RotatingFileOptions>, inFolder?: string) {
  const folder = inFolder ?? mkdtempSync(join(tmpdir(), 'vedette-log-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const troubles: (string | null)[] = []
  const log = new RotatingFile({
    file: join(folder, 'box.log'),
    maxBytes: 1e6,
    keep: 3,
    maxAgeMs: 30 * DAY_MS,
    lost: (count) => `${count} lost\n`,
    trouble: (reason) => troubles.push(reason),
    ...options
  })
  return { log, folder, troubles, text: (name: string) => readFileSync(join(folder, name), 'utf8') }
}

/** box.log is the newest, box.log.1 the one before. */
function ageOf(name: string): number {
  return Number(/\.(\d+)$/.exec(name)?.[1] ?? 0)
}
