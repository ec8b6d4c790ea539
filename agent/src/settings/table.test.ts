import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { settingsFrom } from '../settings.ts'
import { settingsTable } from './table.ts'

const MARK = '<!-- the table of agent/src/settings/table.ts; vitest -u writes it anew -->\n'

test('the table in configs/README.md is that of the schema', async () => {
  const file = new URL('../../../configs/README.md', import.meta.url).pathname
  const [before] = readFileSync(file, 'utf8').split(MARK)
  const { settings } = settingsFrom({ files: [], environment: {}, directory: '/' })
  await expect(`${before}${MARK}${settingsTable(settings ?? {})}`).toMatchFileSnapshot(file)
})
