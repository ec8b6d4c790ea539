/**
 * One package from the console into one file: ranged and resumed after a break or a kill, hashed while it arrives,
 * retried with backoff. Every failure says in words what to do.
 */
import { createHash, type Hash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { type FileHandle, open, rm, stat } from 'node:fs/promises'
import { setTimeout as wait } from 'node:timers/promises'
import { PackageError } from './package_error.ts'
import { ask, whyNoAnswer } from './package_request.ts'

export interface DownloadOptions {
  url: string
  /** Value of the Authorization header; never printed. */
  authorization?: string
  /** PEM file of the authorities that may have signed the console's certificate; null: the system's. */
  caFile: string | null
  /** The staged file; what is there already is kept and continued. */
  file: string
  sha256: string
  bytes: number
  signal: AbortSignal
  progress(bytesDone: number): void
  /** A try failed; another one follows after the delay. */
  retrying?(message: string, delayMs: number): void
  backoffMs?: { first: number; longest: number }
}

/** No byte for so long: the connection is dead, although nobody said so. */
const SILENCE_LIMIT_MS = 30_000

export async function download(options: DownloadOptions): Promise<void> {
  const { first, longest } = options.backoffMs ?? { first: 1_000, longest: 60_000 }
  let delayMs = first
  for (;;) {
    options.signal.throwIfAborted()
    const before = await sizeOf(options.file)
    try {
      return await attempt(options)
    } catch (error) {
      options.signal.throwIfAborted()
      const failure = asPackageError(error, options.url)
      if (!failure.isRetried) throw failure
      // Progress was made: the link is bad, but it is there.
      if ((await sizeOf(options.file)) > before) delayMs = first
      const jittered = Math.round(delayMs * (0.5 + Math.random() / 2))
      options.retrying?.(failure.message, jittered)
      await wait(jittered, undefined, { signal: options.signal }).catch(() => options.signal.throwIfAborted())
      delayMs = Math.min(longest, delayMs * 2)
    }
  }
}

async function attempt(options: DownloadOptions): Promise<void> {
  const { file, bytes, sha256, url } = options
  let done = await sizeOf(file)
  if (done > bytes) {
    await rm(file, { force: true })
    done = 0
  }
  const hash = await hashOf(file, done)
  if (done < bytes) await receive(options, done, hash)
  const received = hash.digest('hex')
  if (received !== sha256) {
    await rm(file, { force: true })
    throw new PackageError('hash', `expected SHA-256 ${sha256} of ${url}, received ${received}; the file was deleted`)
  }
}

async function receive(options: DownloadOptions, from: number, hash: Hash): Promise<void> {
  const { url, bytes, file } = options
  const silence = new AbortController()
  const silent = () => silence.abort(new Error(`no byte for ${SILENCE_LIMIT_MS / 1000} s`))
  const limit = setTimeout(silent, SILENCE_LIMIT_MS)
  try {
    const response = await ask({
      url,
      caFile: options.caFile,
      headers: {
        ...(options.authorization ? { authorization: options.authorization } : {}),
        ...(from > 0 ? { range: `bytes=${from}-` } : {})
      },
      signal: AbortSignal.any([options.signal, silence.signal])
    })
    const status = response.statusCode ?? 0
    if (from > 0 && status === 200) {
      // The server does not know ranges.
      response.destroy()
      await rm(file, { force: true })
      throw new PackageError(
        'network',
        `expected status 206 for the rest of ${url}, received 200; starting from the beginning`
      )
    }
    if (status !== (from > 0 ? 206 : 200)) {
      response.destroy()
      throw refusal(status, from > 0 ? 206 : 200, { url, location: response.headers.location })
    }
    let done = from
    const out = await open(file, 'a')
    try {
      for await (const chunk of response as AsyncIterable<Buffer>) {
        limit.refresh()
        done += chunk.length
        if (done > bytes) {
          throw new PackageError('hash', `expected ${bytes} bytes of ${url}, received more; upload the package again`)
        }
        await write(out, chunk)
        hash.update(chunk)
        options.progress(done)
      }
      await out.sync()
    } finally {
      await out.close()
    }
    if (done < bytes)
      throw new PackageError(
        'network',
        `expected ${bytes} bytes of ${url}, received ${done} before the connection broke`
      )
  } finally {
    clearTimeout(limit)
  }
}

async function write(out: FileHandle, chunk: Uint8Array): Promise<void> {
  let at = 0
  while (at < chunk.length) at += (await out.write(chunk, at)).bytesWritten
}

function refusal(
  status: number,
  expected: number,
  { url, location }: { url: string; location: string | undefined }
): PackageError {
  if (status === 401 || status === 403)
    return new PackageError('refused', `the console refused this box (${status}) for ${url}; check the box's secret`)
  if (status === 404 || status === 410)
    return new PackageError('missing', `the console does not have the package (${status}) at ${url}; upload it again`)
  // The box's secret goes only where the settings say.
  if (location !== undefined)
    return new PackageError('network', `${url} sends on to ${location} (${status}); put that address into console.url`)
  return new PackageError('network', `expected status ${expected} from ${url}, received ${status}`)
}

async function hashOf(file: string, bytes: number): Promise<Hash> {
  const hash = createHash('sha256')
  if (bytes === 0) return hash
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer)
  return hash
}

export async function sizeOf(file: string): Promise<number> {
  return (await stat(file).catch(() => null))?.size ?? 0
}

function asPackageError(error: unknown, url: string): PackageError {
  if (error instanceof PackageError) return error
  const code = codeOf(error)
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new PackageError(
      'disk-full',
      `no space left on the disk for ${url}; free some, the download goes on by itself`
    )
  }
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  const why = cause instanceof Error ? whyNoAnswer(cause, url) : String(cause)
  return new PackageError('network', `could not download ${url}: ${why}`)
}

function codeOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined
}
