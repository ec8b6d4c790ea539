import { EventEmitter } from 'node:events'
import type { WebSocket } from '@fastify/websocket'
import { expect, onTestFinished, test, vi } from 'vitest'
import { Clients } from './clients.ts'
import { Talk } from './talk.ts'

function clock() {
  vi.useFakeTimers({ now: Date.parse('2026-11-22T03:00:00.000Z') })
  onTestFinished(() => void vi.useRealTimers())
}

/** The other end of a socket, as far as a talk sees it. */
class Line extends EventEmitter {
  readonly OPEN = 1
  readonly readyState = 1
  readonly bufferedAmount = 0
  closedWith: [number, string] | null = null
  isTerminated = false

  close(code: number, reason: string): void {
    this.closedWith ??= [code, reason]
  }

  terminate(): void {
    this.isTerminated = true
  }
}

test('a socket that says nothing for a minute is closed, and ended when it does not answer the goodbye', () => {
  clock()
  const line = new Line()
  new Talk(line as unknown as WebSocket, {})
  vi.advanceTimersByTime(59_000)
  line.emit('message', Buffer.from('ping'), false)
  vi.advanceTimersByTime(59_000)
  line.emit('pong')
  vi.advanceTimersByTime(59_999)
  expect(line.closedWith).toBeNull()
  vi.advanceTimersByTime(1)
  expect(line.closedWith).toEqual([1001, 'nothing was heard for 60 s'])
  expect(line.isTerminated).toBe(false)
  vi.advanceTimersByTime(2000)
  expect(line.isTerminated).toBe(true)
})

test('one that was closed is not closed again when its minute is over', () => {
  clock()
  const line = new Line()
  const ends: string[] = []
  new Talk(line as unknown as WebSocket, { closed: () => ends.push('closed') })
  line.emit('close')
  vi.advanceTimersByTime(120_000)
  expect([ends, line.closedWith]).toEqual([['closed'], null])
})

test('a client is present until a minute after its last word, however its connection ended', () => {
  clock()
  const clients = new Clients()
  clients.connect('till-3')
  clients.connect('till-4')
  vi.advanceTimersByTime(50_000)
  clients.seen('till-4')
  vi.advanceTimersByTime(10_001)
  expect(clients.list()).toEqual([
    {
      ...{ id: 'till-4', state: 'connected' },
      ...{ connectedAt: '2026-11-22T03:00:00.000Z', lastSeenAt: '2026-11-22T03:00:50.000Z' }
    }
  ])
  vi.advanceTimersByTime(50_000)
  expect(clients.list()).toEqual([])
})

test('a client with two sockets is present until both are gone; more than a thousand clients are too many', () => {
  clock()
  const clients = new Clients()
  clients.connect('till')
  clients.connect('till')
  clients.leave('till')
  expect(clients.list()).toHaveLength(1)
  clients.leave('till')
  expect(clients.list()).toEqual([])
  for (let i = 0; i < 1000; i++) expect(clients.connect(`client-${i}`)).toBe(true)
  expect(clients.connect('one-more')).toBe(false)
  vi.advanceTimersByTime(60_001)
  expect(clients.connect('one-more')).toBe(true)
})
