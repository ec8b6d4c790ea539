/** Model packages on disk, by the SHA-256 of their archive: received, checked, given out, removed. */
import { createReadStream } from 'node:fs'
import { mkdtemp, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { checkPackage, type Manifest, ModelError, parseManifest, readArchive } from '@vedette/model'
import { importModel, parserNames } from '@vedette/model/convert'
import type { ModelView } from '../../view.ts'
import { type ModelsRoom, type ModelUpload, RefusedEdit } from '../rooms.ts'
import { readRange } from './range.ts'
import { type Received, receiveFile, TooLarge } from './receive.ts'

const UPLOAD_LIMIT_BYTES = 2 * 1024 ** 3

export interface ModelsOptions {
  dir: string
  packages: {
    find(sha256: string): { bytes: number; name: string; version: string } | undefined
    insert(row: Omit<ModelView, 'uploadedAt'> & { uploadedAt: number }): void
    remove(sha256: string): void
  }
  usedBy(sha256: string): string[]
  listModels(): ModelView[]
  note(note: { at: number; who: string; what: string; subject: string; detail: string }): void
  now(): number
  limitBytes?: number
}

export function modelsRoom(options: ModelsOptions): ModelsRoom {
  const { dir, packages, note, now } = options
  const limitBytes = options.limitBytes ?? UPLOAD_LIMIT_BYTES
  const fileOf = (sha256: string) => join(dir, `${sha256}.tar`)

  async function keep(received: Received, by: string): Promise<ModelView> {
    const manifest = await readPackage(received.path)
    await rename(received.path, fileOf(received.sha256))
    const { name, version, task, licence, source, labels } = manifest
    packages.insert({
      ...{ sha256: received.sha256, bytes: received.bytes, id: idOf(name) },
      ...{ name, version, task, licence, source, labels },
      ...{ uploadedAt: now(), uploadedBy: by }
    })
    note({ at: now(), who: by, what: 'model uploaded', subject: `${name} ${version}`, detail: received.sha256 })
    return options.listModels().find((model) => model.sha256 === received.sha256)!
  }

  return {
    parsers: () => parserNames,
    async receive(upload, by) {
      const received = await refusing(() => receiveFile(upload.body, dir, limitBytes))
      try {
        if (!upload.file.toLowerCase().endsWith('.onnx')) return await refusing(() => keep(received, by))
        return await refusing(() => keepImported(received, upload, by))
      } finally {
        await rm(received.path, { force: true })
      }
    },
    async remove(sha256, by) {
      const boxes = options.usedBy(sha256)
      if (boxes.length > 0) {
        throw new RefusedEdit({ '': `It should run on ${boxes.join(', ')}. Assign another model there first.` })
      }
      const row = packages.find(sha256)
      packages.remove(sha256)
      await rm(fileOf(sha256), { force: true })
      note({
        at: now(),
        who: by,
        what: 'model removed',
        subject: row ? `${row.name} ${row.version}` : sha256,
        detail: sha256
      })
    },
    async download(sha256, rangeHeader) {
      if (packages.find(sha256) === undefined) return new Response('There is no such package.\n', { status: 404 })
      const { size } = await stat(fileOf(sha256))
      const range = readRange(rangeHeader, size)
      const headers = { 'accept-ranges': 'bytes', etag: `"${sha256}"`, 'content-type': 'application/x-tar' }
      if (range === 'unsatisfiable') {
        return new Response(null, { status: 416, headers: { ...headers, 'content-range': `bytes */${size}` } })
      }
      const { first, last } = range ?? { first: 0, last: size - 1 }
      const body = Readable.toWeb(createReadStream(fileOf(sha256), { start: first, end: last })) as ReadableStream
      return new Response(body, {
        status: range ? 206 : 200,
        headers: {
          ...headers,
          'content-length': String(last - first + 1),
          ...(range && { 'content-range': `bytes ${first}-${last}/${size}` })
        }
      })
    }
  }

  async function keepImported(received: Received, upload: ModelUpload, by: string): Promise<ModelView> {
    if (upload.import === undefined) throw new RefusedEdit({ parser: 'Expected a parser and labels for an ONNX file.' })
    const { labels, ...rest } = upload.import
    if (labels.length === 0)
      throw new RefusedEdit({ labels: 'Expected one label a line, in the order of the class ids.' })
    const folder = await mkdtemp(join(tmpdir(), 'vedette-import-'))
    try {
      const list = join(folder, 'labels.txt')
      await writeFile(list, `${labels.join('\n')}\n`)
      const { archive } = await importModel({ ...rest, file: received.path, labels: list, out: folder })
      const body = Readable.toWeb(createReadStream(archive)) as ReadableStream<Uint8Array>
      const made = await receiveFile(body, dir, limitBytes)
      return await keep(made, by)
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  }
}

async function readPackage(path: string): Promise<Manifest> {
  const { manifest: text, contents } = readArchive(await readFile(path))
  const manifest = parseManifest(text)
  await checkPackage(manifest, contents)
  return manifest
}

/** What is wrong with the file is for the person who sent it; everything else is a fault of ours. */
async function refusing<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof ModelError || error instanceof TooLarge) throw new RefusedEdit({ file: error.message })
    throw error
  }
}

/** The key in the desired document: a name may have dots, which ids of the protocol have not. */
function idOf(name: string): string {
  return name.replaceAll('.', '-').slice(0, 63)
}
