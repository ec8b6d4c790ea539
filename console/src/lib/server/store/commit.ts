/** Writes a group of messages as one commit, then brings the board up to date. */
import type { Presence } from '@vedette/protocol'
import type { HealthPoint } from '../../view.ts'
import type { Write } from '../write.ts'
import { FPS_HISTORY } from './board.ts'
import type { EventRow } from './events.ts'
import { pointOf } from './series.ts'
import type { Store } from './store.ts'

/** What has changed, for those who watch. */
export interface Changes {
  events: EventRow[]
  boxes: Set<string>
  details: Set<string>
  points: { box: string; at: string; point: HealthPoint }[]
  /** A death of another session than the present one: the box should say again how it is. */
  announce: Set<string>
  /** An inventory has come: the key may be new. */
  keys: Set<string>
}

const HEALTH_SECONDS = 10

export function commit(store: Store, writes: readonly Write[], nowMs: number): Changes {
  const changes: Changes = {
    events: [],
    boxes: new Set(),
    details: new Set(),
    points: [],
    announce: new Set(),
    keys: new Set()
  }
  // A message may have been on its way while its box was removed.
  const kept = writes.filter(({ box }) => store.boxes.find(box) !== undefined)
  store.atOnce(() => {
    for (const write of kept) keep(store, write, { changes, nowMs })
    store.tracks.settle(nowMs)
  })
  for (const write of kept) show(store, write, { changes, nowMs })
  for (const event of changes.events) noteLast(store, event)
  return changes
}

interface At {
  changes: Changes
  nowMs: number
}

function keep(store: Store, write: Write, { changes, nowMs }: At): void {
  switch (write.kind) {
    case 'presence':
      if (!isOldDeath(store, write.box, write.message)) store.said.put(write.box, 'up/presence', write.message, nowMs)
      return
    case 'inventory':
    case 'catalog':
    case 'reported':
      store.said.put(write.box, `up/${write.kind}`, write.message, nowMs)
      return
    case 'health': {
      const at = Date.parse(write.message.at)
      store.measures.insertHealth(write.box, at, pointOf(write.message))
      for (const [camera, { analysedFps, objectsPerFrame }] of Object.entries(write.message.cameras)) {
        const frames = Math.round(analysedFps * HEALTH_SECONDS)
        if (frames === 0) continue
        const minute = at - (at % 60_000)
        store.measures.count({ box: write.box, camera, minute, frames, objects: Math.round(objectsPerFrame * frames) })
      }
      return
    }
    case 'tracks':
      store.tracks.add(write.box, write.message, nowMs)
      return
    case 'events':
      changes.events.push(...store.events.insert(write.box, write.spool, write.events))
  }
}

/** After the commit, because the board must not know what the disk does not. */
function show(store: Store, write: Write, { changes, nowMs }: At): void {
  const { box } = write
  const standing = store.board.of(box)
  // Tracks, the most frequent of all, are not in a box's row.
  if (write.kind !== 'tracks') changes.boxes.add(box)
  switch (write.kind) {
    case 'presence':
      if (isOldDeath(store, box, write.message)) {
        changes.announce.add(box)
        return
      }
      standing.presence = write.message
      standing.isHeard = true
      changes.details.add(box)
      break
    case 'inventory':
      standing.inventory = write.message
      changes.keys.add(box)
      changes.details.add(box)
      break
    case 'catalog':
      standing.catalog = write.message
      changes.details.add(box)
      break
    case 'reported':
      standing.reported = write.message
      changes.details.add(box)
      break
    case 'health': {
      const point = pointOf(write.message)
      standing.health = write.message
      standing.healthMs = nowMs
      standing.point = point
      standing.fpsHistory = [...standing.fpsHistory, point.fps ?? 0].slice(-FPS_HISTORY)
      changes.points.push({ box, at: write.message.at, point })
      changes.details.add(box)
      break
    }
    case 'tracks':
    case 'events':
      break
  }
  standing.heardMs = nowMs
}

/** The will of a connection that another one has followed says nothing about the box. */
function isOldDeath(store: Store, box: string, message: Presence): boolean {
  const { presence, isHeard } = store.board.of(box)
  return !message.online && isHeard && presence !== null && presence.session !== message.session
}

function noteLast(store: Store, event: EventRow): void {
  if (event.kind === 'track.began' || event.kind === 'track.ended') return
  const standing = store.board.of(event.box)
  if (standing.lastEvent === null || standing.lastEvent.at <= event.at) standing.lastEvent = event
}
