/** A console's package endpoint on loopback that can be told to misbehave: break off, lie, refuse, know no ranges. */
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describeFiles, packageArchive, writeManifest } from '@vedette/model'
import type { ModelReference } from '@vedette/protocol'
import { onTestFinished } from 'vitest'

export interface Asked {
  range: string | undefined
  authorization: string | undefined
}

export type Answer = (request: IncomingMessage, response: ServerResponse) => void

/** Answers the requests in order; the last answer serves all that follow. */
export async function startPackageServer(...answers: [Answer, ...Answer[]]) {
  const asked: Asked[] = []
  const server = createServer((request, response) => {
    asked.push({ range: request.headers.range, authorization: request.headers.authorization })
    const answer = answers.length > 1 ? answers.shift()! : answers[0]
    answer(request, response)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked }
}

export function whole(bytes: Uint8Array): Answer {
  return (request, response) => {
    const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0)
    const length = bytes.length - from
    const range = from > 0 ? { 'content-range': `bytes ${from}-${bytes.length - 1}/${bytes.length}` } : {}
    response.writeHead(from > 0 ? 206 : 200, { 'content-length': length, ...range })
    response.end(bytes.subarray(from))
  }
}

/** Sends so many bytes and then breaks the connection, not so fast that the bytes die with it. */
export function broken(bytes: Uint8Array, after: number): Answer {
  return (request, response) => {
    const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0)
    response.writeHead(from > 0 ? 206 : 200, { 'content-length': bytes.length - from })
    response.write(bytes.subarray(from, from + after))
    setTimeout(() => response.destroy(), 100)
  }
}

export function status(code: number): Answer {
  return (_, response) => {
    response.writeHead(code).end()
  }
}

/** A package that is right in form; its model is only bytes. */
export async function somePackage(
  version = '1.0.0',
  modelBytes = 200_000
): Promise<{ archive: Uint8Array; reference: ModelReference }> {
  const text = (words: string) => new TextEncoder().encode(words)
  const contents = {
    'labels.txt': text('person\ncar\n'),
    'model.onnx': new Uint8Array(modelBytes).map((_, i) => (i * 31 + version.length) & 255),
    'nvinfer.txt': text(`[property]\nonnx-file=model.onnx\n# ${version}\n`)
  }
  const files = await describeFiles(contents)
  const identity = { name: 'some', version, task: 'detection' as const, family: 'nanodet' as const }
  const origin = { licence: 'Apache-2.0', source: 'made by a test', labels: ['person', 'car'] }
  const archive = packageArchive(writeManifest({ format: 1, ...identity, ...origin, files }), contents)
  return { archive, reference: referenceTo(archive, version) }
}

export function referenceTo(archive: Uint8Array, version = '1.0.0'): ModelReference {
  const sha256 = createHash('sha256').update(archive).digest('hex')
  return { name: 'some', version, sha256, bytes: archive.length }
}
