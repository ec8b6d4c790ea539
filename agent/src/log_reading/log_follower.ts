/**
 * What is written to a log file from now on, line by line, wherever rotation takes it: the file that is open is read to
 * its end, then those that came and went since, then the new one. A line is told once it is whole.
 */
import { type FileHandle, open, stat } from 'node:fs/promises'
import { setTimeout as pause } from 'node:timers/promises'
import { olderFiles } from './log_files.ts'

export interface LogFollowerOptions {
  file: string
  /** The file as it was opened; it is closed here. */
  current: FileHandle
  /** What of it was read. */
  readBytes: number
  everyMs: number
  signal: AbortSignal
}

const CHUNK_BYTES = 64 * 1024

export async function* followLog(options: LogFollowerOptions): AsyncGenerator<string> {
  const { file, everyMs, signal } = options
  const buffer = Buffer.alloc(CHUNK_BYTES)
  let { current, readBytes } = options
  let rest = Buffer.alloc(0)
  async function* written(): AsyncGenerator<string> {
    for (;;) {
      const { bytesRead } = await current.read(buffer, 0, CHUNK_BYTES, readBytes)
      if (bytesRead === 0) return
      readBytes += bytesRead
      rest = Buffer.concat([rest, buffer.subarray(0, bytesRead)])
      for (let end = rest.indexOf(0x0a); end >= 0; end = rest.indexOf(0x0a)) {
        yield rest.subarray(0, end).toString()
        rest = rest.subarray(end + 1)
      }
    }
  }
  try {
    while (!signal.aborted) {
      yield* written()
      const [own, there] = [await current.stat(), await stat(file).catch(() => null)]
      if (there !== null && there.ino !== own.ino) {
        // Its writer closed it before it made the next one: this is all of it.
        yield* written()
        for (const path of [...(await between(file, own.ino)), file]) {
          const next = await open(path).catch(() => null)
          if (next === null) continue
          await current.close()
          current = next
          readBytes = 0
          rest = Buffer.alloc(0)
          yield* written()
        }
        continue
      }
      // Emptied in place (copytruncate).
      if (own.size < readBytes) readBytes = 0
      else await pause(everyMs, undefined, { signal }).catch(() => undefined)
    }
  } finally {
    await current.close()
  }
}

/** Files that were begun after that one and rotated away since, oldest first. */
async function between(file: string, inode: number): Promise<string[]> {
  const newer: string[] = []
  for (const { path, isPacked } of await olderFiles(file)) {
    if (isPacked) continue
    if ((await stat(path).catch(() => null))?.ino === inode) return newer.toReversed()
    newer.push(path)
  }
  // It is gone: what came between cannot be told from what was before it.
  return []
}
