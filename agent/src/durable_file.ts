/** A small JSON file that is whole or the one before: written beside, synced, renamed, its folder synced. */
import { mkdir, open, readFile, rename } from 'node:fs/promises'
import { dirname } from 'node:path'

export async function writeDurably(file: string, text: string): Promise<void> {
  const folder = dirname(file)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const staged = `${file}.new`
  const out = await open(staged, 'w', 0o600)
  try {
    await out.writeFile(text)
    await out.sync()
  } finally {
    await out.close()
  }
  await rename(staged, file)
  await syncFolder(folder)
}

/** A rename is on disk only when the folder is. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

export async function readIfThere(file: string): Promise<string | null> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw error
  }
}
