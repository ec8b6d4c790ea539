/** For tests: modules as users write them, in a folder of the test's own. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { UserModule, type UserModuleOptions } from '../user_module.ts'

export function writeModule(source: string): string {
  const directory = mkdtempSync(join(tmpdir(), 'module-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  const path = join(directory, 'mine.ts')
  writeFileSync(path, source)
  return path
}

export function startModule(source: string, options: Partial<UserModuleOptions> = {}) {
  const lines: string[] = []
  const module = new UserModule({
    name: 'mine',
    entry: new URL('../child_main.ts', import.meta.url).pathname,
    path: writeModule(source),
    export: null,
    config: {},
    needs: ['work'],
    callLimitMs: 20_000,
    loadLimitMs: 60_000,
    memoryMiB: 512,
    log: (line) => lines.push(line),
    ...options
  })
  onTestFinished(() => module.stop())
  module.start()
  return { module, lines }
}
