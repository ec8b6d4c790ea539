/** An answer that has no end: the connection itself, with the headers that were set so far. */
import type { ServerResponse } from 'node:http'
import type { FastifyReply } from 'fastify'

const CLOGGED_BYTES = 64 * 1024

export function openStream(reply: FastifyReply, type: string): ServerResponse {
  reply.hijack()
  const { raw } = reply
  for (const [name, value] of Object.entries(reply.getHeaders())) if (value !== undefined) raw.setHeader(name, value)
  // Nginx hands on as it comes, not when its buffer is full.
  raw.writeHead(200, { 'content-type': type, 'cache-control': 'no-store', 'x-accel-buffering': 'no' })
  raw.flushHeaders()
  return raw
}

export function isClogged(raw: ServerResponse): boolean {
  return raw.writableLength > CLOGGED_BYTES
}
