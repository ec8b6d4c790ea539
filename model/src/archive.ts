/**
 * A package as one file: an uncompressed POSIX ustar archive, model.yaml first. Headers carry no time, owner or
 * machine, so the same files always make the same bytes, and the archive's SHA-256 identifies the package.
 */
import { ModelError } from './error.ts'
import { calibrationFile, type PackageContents, type PackageFile, packageFiles } from './package.ts'

const block = 512
const manifestName = 'model.yaml'

export interface ArchiveEntry {
  name: string
  /** Where the file's bytes begin in the archive. */
  offset: number
  bytes: number
}

export function archiveName(identity: { name: string; version: string }): string {
  return `${identity.name}-${identity.version}.vedette.tar`
}

export function packageArchive(manifest: string, contents: PackageContents): Uint8Array {
  const files: [string, Uint8Array][] = [[manifestName, new TextEncoder().encode(manifest)]]
  for (const name of packageFiles) files.push([name, contents[name]])
  const calibration = contents[calibrationFile]
  if (calibration) files.push([calibrationFile, calibration])
  const total = files.reduce((sum, [, bytes]) => sum + block + padded(bytes.length), 2 * block)
  const archive = new Uint8Array(total)
  let at = 0
  for (const [name, bytes] of files) {
    archive.set(header(name, bytes.length), at)
    archive.set(bytes, at + block)
    at += block + padded(bytes.length)
  }
  return archive
}

/** The list of files in an archive, from its bytes. */
export function archiveIndex(archive: Uint8Array): ArchiveEntry[] {
  const entries: ArchiveEntry[] = []
  for (let at = 0; at + block <= archive.length && archive[at] !== 0; ) {
    const head = archive.subarray(at, at + block)
    const entry = readHeader(head, at)
    if (entry.offset + entry.bytes > archive.length) {
      throw new ModelError(
        'archive',
        `Archive ends inside ${entry.name}: expected ${entry.offset + entry.bytes} bytes or more, found ${archive.length}; send it again.`
      )
    }
    entries.push(entry)
    at = entry.offset + padded(entry.bytes)
  }
  return entries
}

/** Manifest text and files of an archive; nothing but a package's own files may be in it. */
export function readArchive(archive: Uint8Array): { manifest: string; contents: PackageContents } {
  const entries = archiveIndex(archive)
  const found = new Map(
    entries.map((entry) => [entry.name, archive.subarray(entry.offset, entry.offset + entry.bytes)])
  )
  const expected = [manifestName, ...packageFiles]
  const calibration = found.get(calibrationFile)
  const stranger = entries.find((entry) => ![...expected, calibrationFile].includes(entry.name))
  const missing = expected.find((name) => !found.has(name))
  if (stranger || missing || entries.length !== found.size) {
    throw new ModelError(
      'archive',
      `A package archive holds ${expected.join(', ')}, perhaps ${calibrationFile}, and nothing else; ${
        stranger ? `found ${stranger.name}` : missing ? `${missing} is missing` : 'a file is in it twice'
      }. Make it with "vedette model import" or ./dev models.`
    )
  }
  const files = Object.fromEntries(packageFiles.map((name) => [name, found.get(name)!])) as Record<
    PackageFile,
    Uint8Array
  >
  const contents = { ...files, ...(calibration && { [calibrationFile]: calibration }) }
  return { manifest: new TextDecoder().decode(found.get(manifestName)), contents }
}

function padded(bytes: number): number {
  return Math.ceil(bytes / block) * block
}

/** POSIX.1-1988 ustar: name, mode, uid, gid, size, mtime, checksum, type, link, magic. */
function header(name: string, bytes: number): Uint8Array {
  const head = new Uint8Array(block)
  const put = (at: number, text: string) => head.set(new TextEncoder().encode(text), at)
  put(0, name)
  put(100, '0000644\0')
  put(108, '0000000\0')
  put(116, '0000000\0')
  put(124, `${bytes.toString(8).padStart(11, '0')}\0`)
  put(136, '00000000000\0')
  put(156, '0')
  put(257, 'ustar\x0000')
  put(148, `${checksum(head).toString(8).padStart(6, '0')}\0 `)
  return head
}

function readHeader(head: Uint8Array, at: number): ArchiveEntry {
  const text = (from: number, length: number) =>
    new TextDecoder().decode(head.subarray(from, from + length)).replace(/[\0 ].*$/s, '')
  if (text(257, 5) !== 'ustar' || Number.parseInt(text(148, 8), 8) !== checksum(head)) {
    throw new ModelError('archive', `No ustar header at byte ${at}: this is no package archive, or it was damaged.`)
  }
  const type = text(156, 1)
  const name = text(0, 100)
  if (type !== '0' && type !== '') {
    throw new ModelError('archive', `${name} has tar type ${type}; only plain files belong into a package archive.`)
  }
  return { name, offset: at + block, bytes: Number.parseInt(text(124, 12), 8) }
}

/** Sum of the header's bytes with its own eight counted as spaces. */
function checksum(head: Uint8Array): number {
  return head.reduce((sum, byte, index) => sum + (index >= 148 && index < 156 ? 32 : byte), 0)
}
