import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { LONGEST } from '../long_first.ts'
import { root } from './source_files.ts'

test('every file that begins first is there', () => {
  expect(LONGEST.filter((file) => !existsSync(join(root, `${file}.test.ts`)))).toEqual([])
})
