import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { houseFiles, root } from './source_files.ts'

const notes = readdirSync(join(root, 'design')).filter((name) => name.endsWith('.md'))
const files = new Set(houseFiles())

test.each(notes)('every test that design/%s leans on is there', (note) => {
  const text = readFileSync(join(root, 'design', note), 'utf8')
  const named = [...text.matchAll(/`([\w/.-]+\.test\.ts)`/g)].map(([, file]) => file!)
  // Beside another of the same folder, a name alone will do.
  const isThere = (file: string) => files.has(file) || [...files].some((one) => one.endsWith(`/${file}`))
  expect(named.filter((file) => !isThere(file))).toEqual([])
})
