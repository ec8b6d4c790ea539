/** Files of one kind in a folder, as what can be spared. */
import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Spare } from './spare.ts'

export async function oldFiles(folder: string, { pattern, what }: { pattern: RegExp; what: string }): Promise<Spare[]> {
  const names = (await readdir(folder).catch(() => [])).filter((name) => pattern.test(name))
  const found = await Promise.all(
    names.map(async (name): Promise<Spare | null> => {
      const file = join(folder, name)
      const known = await stat(file).catch(() => null)
      if (!known?.isFile()) return null
      return { what, bytes: known.blocks * 512, madeMs: known.mtimeMs, remove: () => rm(file, { force: true }) }
    })
  )
  return found.filter((spare) => spare !== null)
}
