/** Files under a root directory, asked for by the paths they have on a box. What is not there is empty, never an error. */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readdir, readFile, realpath, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'

export interface Tree {
  text(path: string): Promise<string>
  exists(path: string): Promise<boolean>
  /** Names in a folder, sorted. */
  list(path: string): Promise<string[]>
  /** Where links lead in the end; empty when nowhere. */
  real(path: string): Promise<string>
  md5(path: string): Promise<string>
}

export function treeAt(root = '/'): Tree {
  const at = (path: string) => join(root, path)
  return {
    // The device tree ends its strings with a zero.
    text: async (path) => (await readFile(at(path), 'utf8').catch(() => '')).replaceAll('\0', '\n').trimEnd(),
    exists: async (path) => (await stat(at(path)).catch(() => null)) !== null,
    list: async (path) => (await readdir(at(path)).catch(() => [])).toSorted(),
    real: async (path) => realpath(at(path)).catch(() => ''),
    md5: async (path) => {
      const hash = createHash('md5')
      const isRead = await pipeline(createReadStream(at(path)), hash).then(
        () => true,
        () => false
      )
      return isRead ? hash.digest('hex') : ''
    }
  }
}
