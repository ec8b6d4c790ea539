/**
 * Where things were: ten seconds of a camera are one row. A row for each track and second would be half of what the
 * console does (design/ingest.md). What waits here is best effort, bounded, and seen by who asks.
 */
import type { Tracks } from '@vedette/protocol'
import type { TrackView } from '../../view.ts'
import type { Span } from '../rooms.ts'
import type { Database } from './database.ts'
import { packTracks, unpackTracks } from './track_codec.ts'

export type TrackTable = ReturnType<typeof trackTable>

export const CHUNK_MS = 10_000
const CHUNK_BYTES = 256 * 1024
const WAITING_BYTES = 64 * 1024 * 1024
const LABELS = 1000
const ANSWER_TRACKS = 20_000

interface Chunk {
  box: string
  camera: string
  /** By our clock. */
  begunMs: number
  /** By the box's: where its first message begins. The others begin at most CHUNK_MS later. */
  fromMs: number
  labels: Map<string, number>
  parts: Buffer[]
  bytes: number
}

export function trackTable(db: Database) {
  const insert = db.$client.prepare('insert into tracks (box, camera, at, labels, body) values (?, ?, ?, ?, ?)')
  const select = db.$client.prepare<[string, string, number, number], { labels: string; body: Buffer }>(
    'select labels, body from tracks where box = ? and camera = ? and at between ? and ? order by at, id'
  )
  /** By box and camera, in the order in which they were begun. */
  const waiting = new Map<string, Chunk>()
  let waitingBytes = 0

  function chunkOf(of: { box: string; camera: string; fromMs: number; nowMs: number }): Chunk {
    const { box, camera, fromMs, nowMs } = of
    const key = `${box}/${camera}`
    const known = waiting.get(key)
    if (known && isOpen(known, fromMs)) return known
    if (known) write(key, known)
    const chunk = { box, camera, begunMs: nowMs, fromMs, labels: new Map<string, number>(), parts: [], bytes: 0 }
    waiting.set(key, chunk)
    return chunk
  }
  function write(key: string, chunk: Chunk): void {
    waiting.delete(key)
    waitingBytes -= chunk.bytes
    insert.run(chunk.box, chunk.camera, chunk.fromMs, JSON.stringify(labelsOf(chunk)), Buffer.concat(chunk.parts))
  }
  /** Writes what is old enough, or too much. */
  function settle(nowMs: number): void {
    for (const [key, chunk] of waiting) {
      if (nowMs - chunk.begunMs < CHUNK_MS && waitingBytes <= WAITING_BYTES) return
      write(key, chunk)
    }
  }

  return {
    settle,
    add(box: string, { from, tracks }: Tracks, nowMs: number): void {
      const fromMs = Date.parse(from)
      for (const [camera, some] of Map.groupBy(tracks, (track) => track.camera)) {
        const chunk = chunkOf({ box, camera, fromMs, nowMs })
        const part = packTracks(fromMs, some, (label) => numberOf(chunk.labels, label))
        chunk.parts.push(part)
        chunk.bytes += part.length
        waitingBytes += part.length
      }
    },
    /** Those of messages that begin in the span, oldest first. */
    list({ box, camera, fromMs, toMs }: { box: string; camera: string } & Span): TrackView[] {
      const found: TrackView[] = []
      const take = (body: Buffer, labels: readonly string[]) => {
        for (const track of unpackTracks(camera, body, labels)) {
          const at = Date.parse(track.from)
          if (fromMs <= at && at <= toMs) found.push(track)
        }
      }
      for (const row of select.iterate(box, camera, fromMs - CHUNK_MS, toMs)) {
        take(row.body, JSON.parse(row.labels) as string[])
        if (found.length >= ANSWER_TRACKS) return found
      }
      const chunk = waiting.get(`${box}/${camera}`)
      if (chunk) take(Buffer.concat(chunk.parts), labelsOf(chunk))
      return found
    },
    /** Writes all that waits. */
    close: (): void => settle(Number.POSITIVE_INFINITY)
  }
}

function isOpen({ fromMs, bytes, labels }: Chunk, nextMs: number): boolean {
  return fromMs <= nextMs && nextMs <= fromMs + CHUNK_MS && bytes < CHUNK_BYTES && labels.size < LABELS
}

function numberOf(labels: Map<string, number>, label: string): number {
  const known = labels.get(label)
  if (known !== undefined) return known
  labels.set(label, labels.size)
  return labels.size - 1
}

function labelsOf({ labels }: Chunk): string[] {
  return [...labels.keys()]
}
