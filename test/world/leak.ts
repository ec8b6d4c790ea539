/** What a long life of the native pipeline costs, measured in a process of its own (native/addon/leak.ts). */
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Leak } from '@vedette/native/leak'

const PROGRAM = fileURLToPath(import.meta.resolve('@vedette/native/leak'))

export async function leakOf(life: 'start-stop' | 'add-remove', cycles: number, inferConfig: string): Promise<Leak> {
  const flags = ['--expose-gc', '--single-threaded', '--no-opt', '--max-semi-space-size=1']
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [...flags, PROGRAM, life, String(cycles), inferConfig],
    { env: { ...process.env, MALLOC_ARENA_MAX: '1', MALLOC_TRIM_THRESHOLD_: '131072' } }
  )
  return JSON.parse(stdout) as Leak
}
