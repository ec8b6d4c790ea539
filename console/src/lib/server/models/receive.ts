/** A body, streamed to disk: its size limited and its SHA-256 taken on the way. */
import { createHash, randomUUID } from 'node:crypto'
import { mkdir, open, rm } from 'node:fs/promises'
import { join } from 'node:path'

export interface Received {
  path: string
  bytes: number
  sha256: string
}

export class TooLarge extends Error {
  override name = 'TooLarge'
}

/** The file is the caller's to rename or remove; after an error there is none. */
export async function receiveFile(
  body: ReadableStream<Uint8Array>,
  dir: string,
  limitBytes: number
): Promise<Received> {
  await mkdir(dir, { recursive: true })
  const path = join(dir, `incoming-${randomUUID()}`)
  const file = await open(path, 'wx')
  const hash = createHash('sha256')
  let bytes = 0
  try {
    for await (const chunk of body) {
      bytes += chunk.length
      if (bytes > limitBytes) throw new TooLarge(`expected at most ${limitBytes} bytes, received more`)
      hash.update(chunk)
      await file.writeFile(chunk)
    }
    await file.sync()
  } catch (error) {
    await file.close()
    await rm(path, { force: true })
    throw error
  }
  await file.close()
  return { path, bytes, sha256: hash.digest('hex') }
}
