/** What the doctor itself asks of the system: limits, and the disk under what it will write. */
import { access, constants, mkdtemp, readdir, readFile, rm, stat, statfs, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

export interface SystemFacts {
  node: string
  /** Null on a system with another C library. */
  glibc: string | null
  memoryBytes: number
  /** Hard limit of open files, which Node takes; null: none. */
  descriptors: number | null
  /** dataDir; null without settings. */
  disk: DiskFacts | null
  /** Where TensorRT engines are kept; null where none are built. */
  engineCache: EngineCacheFacts | null
  maxSources: number
}

export interface DiskFacts {
  folder: string
  freeBytes: number
  /** Null when files can be written; else why not. */
  writeError: string | null
}

export interface EngineCacheFacts extends DiskFacts {
  /** Of the engines that are there. */
  usedBytes: number
  /** What all together may take: pipeline.engineCacheBytes. */
  limitBytes: number
}

export interface SystemQuestion {
  dataDir: string | null
  engineCache: { directory: string; limitBytes: number } | null
  maxSources: number
}

export async function systemFacts({ dataDir, engineCache, maxSources }: SystemQuestion): Promise<SystemFacts> {
  const header = (process.report.getReport() as { header?: { glibcVersionRuntime?: string } }).header
  const [limits, disk, cache, meminfo] = await Promise.all([
    readFile('/proc/self/limits', 'utf8').catch(() => ''),
    dataDir === null ? null : diskFacts(dataDir),
    engineCache && engineCacheFacts(engineCache),
    readFile('/proc/meminfo', 'utf8').catch(() => '')
  ])
  const hard = /^Max open files\s+\S+\s+(\S+)/m.exec(limits)?.[1]
  return {
    node: process.versions.node,
    glibc: header?.glibcVersionRuntime ?? null,
    memoryBytes: Number(/^MemTotal:\s+(\d+) kB/m.exec(meminfo)?.[1] ?? 0) * 1024,
    descriptors: hard === undefined || hard === 'unlimited' ? null : Number(hard),
    disk,
    engineCache: cache,
    maxSources
  }
}

/** Writes and removes a file where the data will be; makes no folder that is not there yet. */
async function diskFacts(folder: string): Promise<DiskFacts> {
  const there = await nearestFolder(folder)
  const writeError = await tryToWrite(there).then(
    () => null,
    (error: NodeJS.ErrnoException) => `${there} cannot be written (${error.code ?? error.message})`
  )
  const { bavail, bsize } = await statfs(there)
  return { folder, freeBytes: bavail * bsize, writeError }
}

async function engineCacheFacts(cache: { directory: string; limitBytes: number }): Promise<EngineCacheFacts> {
  const { directory, limitBytes } = cache
  const names = await readdir(directory, { recursive: true }).catch(() => [])
  const sizes = await Promise.all(names.map((name) => sizeOf(join(directory, name))))
  const usedBytes = sizes.reduce((sum, bytes) => sum + bytes, 0)
  return { ...(await diskFacts(directory)), usedBytes, limitBytes }
}

async function sizeOf(path: string): Promise<number> {
  const found = await stat(path).catch(() => null)
  return found?.isFile() ? found.size : 0
}

async function tryToWrite(folder: string): Promise<void> {
  const trial = await mkdtemp(join(folder, '.doctor-'))
  try {
    await writeFile(join(trial, 'trial'), 'written by vedette doctor', { flush: true })
  } finally {
    await rm(trial, { recursive: true, force: true })
  }
}

async function nearestFolder(path: string): Promise<string> {
  const isThere = await access(path, constants.F_OK).then(
    () => true,
    () => false
  )
  return isThere || dirname(path) === path ? path : nearestFolder(dirname(path))
}
