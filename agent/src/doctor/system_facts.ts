/** What the doctor itself asks of the system: limits, disk, clock. */
import { execFile } from 'node:child_process'
import { access, constants, mkdtemp, readFile, rm, statfs, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const LIMIT_MS = 5000

export interface SystemFacts {
  node: string
  /** Null on a system with another C library. */
  glibc: string | null
  memoryBytes: number
  /** Hard limit of open files, which Node takes; null: none. */
  descriptors: number | null
  /** Null when nobody can say. */
  isClockSet: boolean | null
  disk: DiskFacts | null
  maxSources: number
}

export interface DiskFacts {
  dataDir: string
  freeBytes: number
  /** Null when files can be written; else why not. */
  writeError: string | null
}

export async function systemFacts(dataDir: string | null, maxSources: number): Promise<SystemFacts> {
  const header = (process.report.getReport() as { header?: { glibcVersionRuntime?: string } }).header
  const [limits, isClockSet, disk, meminfo] = await Promise.all([
    readFile('/proc/self/limits', 'utf8').catch(() => ''),
    clockIsSet(),
    dataDir === null ? null : diskFacts(dataDir),
    readFile('/proc/meminfo', 'utf8').catch(() => '')
  ])
  const hard = /^Max open files\s+\S+\s+(\S+)/m.exec(limits)?.[1]
  return {
    node: process.versions.node,
    glibc: header?.glibcVersionRuntime ?? null,
    memoryBytes: Number(/^MemTotal:\s+(\d+) kB/m.exec(meminfo)?.[1] ?? 0) * 1024,
    descriptors: hard === undefined || hard === 'unlimited' ? null : Number(hard),
    isClockSet,
    disk,
    maxSources
  }
}

/** Whoever sets it (timesyncd, chrony, ntpd) tells the kernel, and timedatectl asks the kernel. */
async function clockIsSet(): Promise<boolean | null> {
  try {
    const { stdout } = await run('timedatectl', ['show', '--property=NTPSynchronized', '--value'], {
      timeout: LIMIT_MS
    })
    return stdout.trim() === 'yes'
  } catch {
    return null
  }
}

/** Writes and removes a file where the data will be; makes no folder that is not there yet. */
async function diskFacts(dataDir: string): Promise<DiskFacts> {
  const folder = await nearestFolder(dataDir)
  const writeError = await tryToWrite(folder).then(
    () => null,
    (error: NodeJS.ErrnoException) => `${folder} cannot be written (${error.code ?? error.message})`
  )
  const { bavail, bsize } = await statfs(folder)
  return { dataDir, freeBytes: bavail * bsize, writeError }
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
