import { readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { expect, test } from 'vitest'
import { houseFiles, root } from './source_files.ts'

const LONGEST = 400
/** Tables, and what a tool writes. */
const mayBeLong = /^pnpm-lock\.yaml$|\.(json|sql|svg|gir)$|offsets|labels/
/** Over the limit today and to be split; they may not grow meanwhile. */
const outgrown: Record<string, number> = { 'native/elements/streammux.cc': 500 }
const code = houseFiles().filter((file) => /\.(ts|svelte|cc|h|css|js|py|sh|proto)$/.test(file))

test(`no file of code is longer than ${LONGEST} lines`, () => {
  expect(code.length).toBeGreaterThan(100)
  const lines = (file: string) => readFileSync(join(root, file), 'utf8').split('\n').length - 1
  const long = code.filter((file) => !mayBeLong.test(file) && lines(file) > (outgrown[file] ?? LONGEST))
  expect(long.map((file) => `${file}: ${lines(file)}`)).toEqual([])
})

test('a file is named after its one noun, not after a drawer', () => {
  const drawer = /^(utils?|helpers?|common|managers?|service|base|misc)\./i
  expect(code.filter((file) => !file.endsWith('.css') && drawer.test(basename(file)))).toEqual([])
})

test('nothing is left to be done in a comment', () => {
  const mark = new RegExp(`\\b(${['TO', 'FIX', 'XX'].map((part, i) => part + ['DO', 'ME', 'X'][i]).join('|')})\\b`)
  expect(code.filter((file) => mark.test(readFileSync(join(root, file), 'utf8')))).toEqual([])
})
