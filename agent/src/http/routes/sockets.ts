/** WebSockets: events of a stream, the figures of the box, and presence. `ping` every 25 s keeps one open. */
import Type from 'typebox'
import type { App } from '../app.ts'
import type { Box } from '../box.ts'
import { Clients } from '../clients.ts'
import { faults } from '../fault.ts'
import type { RecentEvents } from '../recent_events.ts'
import { streamEvents } from '../stream_events.ts'
import { switching, Talk, TRY_AGAIN_LATER } from '../talk.ts'
import type { Stats } from './stats.ts'

const DASHBOARD_MS = 2_000
const NOT_FOUND = 4404

export interface SocketsOptions {
  box: Box
  events: RecentEvents
  stats(): Stats
  /** Who comes to a stream and goes. */
  listenViewers(listener: (camera: string, type: string, viewers: number) => void): () => void
}

export function socketRoutes(app: App, { box, events, stats, listenViewers }: SocketsOptions): void {
  const clients = new Clients()

  app.get(
    '/ws/events/:stream',
    {
      websocket: true,
      schema: {
        tags: ['sources'],
        summary: 'Events of one stream (WebSocket)',
        description:
          'Messages {"stream", "at", "data": {"type", …}} with type online, offline, ready, reader_joined, reader_left, error, quality, or the kind of an event. The text "status" is answered with data.type "status", "ping" with "pong". Closed after 60 s without a word.',
        params: Type.Object({ stream: Type.String({ maxLength: 100 }) }),
        response: switching('Events follow.')
      }
    },
    (socket, { params: { stream } }) => {
      const send = (data: object, at = new Date().toISOString()) => talk.json({ stream, at, data })
      const source = () => box.sources.list().find(({ id }) => id === stream)
      const status = () => {
        const { name, state, reason, since, width, height, codec } = source() ?? { state: 'unknown' }
        send({ type: 'status', name, state, reason, since, width, height, codec })
      }
      const deafen = events.listen((event) => {
        for (const data of streamEvents(event, stream)) send(data, event.at)
      })
      const leave = listenViewers((camera, type, viewers) => {
        if (camera === stream) send({ type, viewers })
      })
      const talk = new Talk(socket, {
        said(text) {
          if (text === 'ping') talk.text('pong')
          else if (text === 'status') status()
        },
        closed() {
          deafen()
          leave()
        }
      })
      if (source()) status()
      else talk.close(NOT_FOUND, 'no such stream')
    }
  )

  app.get(
    '/ws/dashboard',
    {
      websocket: true,
      schema: {
        tags: ['box'],
        summary: 'Figures of the box (WebSocket)',
        description:
          'Every 2 s {"type": "stats", "data": {"active_streams", "total_viewers", …}}, and {"type": "event", "data"} as something happens.',
        response: switching('Figures follow.')
      }
    },
    (socket) => {
      const tell = () => {
        const sources = box.sources.list().map(({ id, name, state }) => ({ id, name, state }))
        talk.json({ type: 'stats', data: { ...stats(), streams: sources } })
      }
      const deafen = events.listen((event) => talk.json({ type: 'event', data: event }))
      const timer = setInterval(tell, DASHBOARD_MS)
      const talk = new Talk(socket, {
        said(text) {
          if (text === 'ping') talk.text('pong')
          else if (text === 'status') tell()
        },
        closed() {
          clearInterval(timer)
          deafen()
        }
      })
      tell()
    }
  )

  app.get(
    '/ws/:client_id',
    {
      websocket: true,
      schema: {
        tags: ['box'],
        summary: 'Presence (WebSocket)',
        description:
          'Whoever is connected is in /v1/clients, until a minute after its last word. A text is answered "Echo: " and the text.',
        params: Type.Object({ client_id: Type.String({ pattern: '^[A-Za-z0-9_.~-]{1,64}$' }) }),
        response: switching('You are present.')
      }
    },
    (socket, { params: { client_id: id } }) => {
      const isIn = clients.connect(id)
      const talk = new Talk(socket, {
        said(text) {
          clients.seen(id)
          talk.text(`Echo: ${text}`)
        },
        closed() {
          if (isIn) clients.leave(id)
        }
      })
      if (!isIn) talk.close(TRY_AGAIN_LATER, 'too many clients')
    }
  )

  app.get(
    '/v1/clients',
    {
      schema: {
        tags: ['box'],
        summary: 'Who is present',
        response: {
          200: Type.Object({
            clients: Type.Array(
              Type.Object({
                id: Type.String(),
                state: Type.Literal('connected'),
                connectedAt: Type.String({ format: 'date-time' }),
                lastSeenAt: Type.String({ format: 'date-time' })
              })
            )
          }),
          ...faults(401, 403)
        }
      }
    },
    () => ({ clients: clients.list() })
  )
}
