/**
 * The log of an agent as it lies on the disk: FILE, and what it was before it was rotated, FILE.1 (the newest), FILE.2 …,
 * packed (.gz) where an outside logrotate did that.
 */
import { type FileHandle, open, readdir } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { createGunzip } from 'node:zlib'

export interface OlderFile {
  path: string
  isPacked: boolean
}

/** Newest first. */
export async function olderFiles(file: string): Promise<OlderFile[]> {
  const start = `${basename(file)}.`
  const names = await readdir(dirname(file))
  return names
    .flatMap((name) => {
      const [, number, packed] = (name.startsWith(start) && /^(\d+)(\.gz)?$/.exec(name.slice(start.length))) || []
      return number === undefined ? [] : [{ number: Number(number), name, isPacked: packed !== undefined }]
    })
    .toSorted((a, b) => a.number - b.number)
    .map(({ name, isPacked }) => ({ path: join(dirname(file), name), isPacked }))
}

/** Lines of a file that is open, of so many bytes from its beginning. It stays open. */
async function* linesOf(handle: FileHandle, isPacked: boolean, bytesToRead = Number.POSITIVE_INFINITY) {
  if (bytesToRead === 0) return
  const bytes = handle.createReadStream({ start: 0, end: bytesToRead - 1, autoClose: false })
  const input = isPacked ? bytes.pipe(createGunzip()) : bytes
  bytes.on('error', (error) => input.destroy(error))
  yield* createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })
}

export interface Wanted {
  /** So much of the newest file is looked at. */
  readBytes: number
  /** At most so many, the newest. */
  most: number
  isWanted(line: string): boolean
  /** What is before this line is not asked for. */
  isTooEarly(line: string): boolean
}

/** Oldest first, out of as many files as it takes. `current` is the newest of them. */
export async function lastLines(file: string, current: FileHandle, wanted: Wanted): Promise<string[]> {
  const { ino } = await current.stat()
  const newest = await tail(linesOf(current, false, wanted.readBytes), wanted)
  let { lines } = newest
  let isEnough = newest.reachesBack
  for (const older of await olderFiles(file)) {
    if (isEnough || lines.length >= wanted.most) break
    const handle = await open(older.path).catch(() => null)
    if (handle === null) continue
    try {
      // It was rotated since it was opened.
      if ((await handle.stat()).ino === ino) continue
      const found = await tail(linesOf(handle, older.isPacked), wanted)
      lines = [...found.lines, ...lines].slice(-wanted.most)
      isEnough = found.reachesBack
    } finally {
      await handle.close()
    }
  }
  return lines
}

async function tail(all: AsyncIterable<string>, { most, isWanted, isTooEarly }: Wanted) {
  let lines: string[] = []
  let isFirst = true
  let reachesBack = false
  for await (const line of all) {
    if (isFirst) reachesBack = isTooEarly(line)
    isFirst = false
    if (!isWanted(line)) continue
    lines.push(line)
    if (lines.length >= 2 * most) lines = lines.slice(-most)
  }
  return { lines: lines.slice(-most), reachesBack }
}
