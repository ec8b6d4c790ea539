/** How much a folder takes of its disk. What comes and goes meanwhile counts or not. */
import { lstat, readdir } from 'node:fs/promises'
import { join } from 'node:path'

const BLOCK_BYTES = 512

export async function folderBytes(folder: string): Promise<number> {
  const seen = new Set<string>()
  let bytes = 0
  const walk = async (at: string): Promise<void> => {
    for (const entry of await readdir(at, { withFileTypes: true }).catch(() => [])) {
      const path = join(at, entry.name)
      if (entry.isDirectory()) await walk(path)
      const stat = await lstat(path).catch(() => null)
      // An engine's model is a second name of the package's: it takes its bytes once.
      if (stat === null || (stat.nlink > 1 && !entry.isDirectory() && seen.has(`${stat.dev}:${stat.ino}`))) continue
      seen.add(`${stat.dev}:${stat.ino}`)
      bytes += stat.blocks * BLOCK_BYTES
    }
  }
  await walk(folder)
  return bytes
}
