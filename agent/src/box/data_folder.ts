/**
 * Where the box keeps its state. A folder that cannot be written (a read-only disk, no permission, not a byte left at the
 * first start) must not keep a box from looking: it works from a folder of its own under /tmp, with what it could read,
 * and says that this is lost when it restarts.
 */
import {
  closeSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeSync
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface DataFolder {
  path: string
  /** What is wrong and what to do; empty when all is well. */
  words: string
  /** Deletes a folder that was only for this run. */
  leave(): void
}

const unwritable = new Set(['EROFS', 'EACCES', 'EPERM', 'ENOSPC', 'EDQUOT'])
/** Large, and only read: shown in their place instead of copied. */
const PACKAGES = join('models', 'packages')
const KEY_BYTES = 4096

export function openDataFolder(wanted: string): DataFolder {
  try {
    mkdirSync(wanted, { recursive: true, mode: 0o700 })
    tryWriting(wanted)
    return { path: wanted, words: '', leave: () => undefined }
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException
    if (!unwritable.has(code)) throw error
    return substitute(wanted, message)
  }
}

/** Without a key of its own the box cannot begin, so there must be room for one. */
function tryWriting(folder: string): void {
  const file = join(folder, `.writable-${process.pid}`)
  const fd = openSync(file, 'w', 0o600)
  try {
    if (!existsSync(join(folder, 'box_key.pem'))) writeSync(fd, Buffer.alloc(KEY_BYTES))
  } finally {
    closeSync(fd)
    rmSync(file, { force: true })
  }
}

function substitute(wanted: string, why: string): DataFolder {
  let path: string
  try {
    path = mkdtempSync(join(tmpdir(), 'vedette-data-'))
  } catch (error) {
    throw new Error(
      `expected dataDir ${wanted} to be writable (${why}), or at least ${tmpdir()} (${(error as Error).message})`
    )
  }
  if (existsSync(wanted)) {
    cpSync(wanted, path, { recursive: true, filter: (from) => !from.startsWith(join(wanted, 'models')) })
    mkdirSync(join(path, PACKAGES), { recursive: true })
    for (const name of existsSync(join(wanted, PACKAGES)) ? readdirSync(join(wanted, PACKAGES)) : [])
      symlinkSync(join(wanted, PACKAGES, name), join(path, PACKAGES, name))
  }
  return {
    path,
    words: `${wanted} cannot be written (${why}): this box works from ${path}, and what it learns and stores there is lost when it restarts. Make dataDir writable and restart it.`,
    leave: () => rmSync(path, { recursive: true, force: true })
  }
}
