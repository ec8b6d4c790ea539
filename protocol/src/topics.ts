/** The table of topics: both ends compile against it. `{root}/v1/{box}/up/…` and `…/dn/…` (design 2.7). */
import type { TSchema } from 'typebox'
import { Command, Log, Reply } from './command.ts'
import { Desired } from './desired.ts'
import { Events, Receipt } from './events.ts'
import { Health } from './health.ts'
import { Catalog, Inventory } from './inventory.ts'
import { ConsoleState, Presence } from './presence.ts'
import { Reported } from './reported.ts'
import { Tracks } from './tracks.ts'
import { VERSION } from './version.ts'
import { Watch } from './watch.ts'

export const DEFAULT_ROOT = 'vedette'

interface Channel {
  schema: TSchema | null
  retained: boolean
  qos: 0 | 1
  /** Carries one more level: the camera, or the command's id. */
  detail: boolean
}

/** `schema: null` is not JSON: protobuf (frames) or JPEG (preview). */
export const channels = {
  'up/presence': { schema: Presence, retained: true, qos: 1, detail: false },
  'up/inventory': { schema: Inventory, retained: true, qos: 1, detail: false },
  'up/catalog': { schema: Catalog, retained: true, qos: 1, detail: false },
  'up/reported': { schema: Reported, retained: true, qos: 1, detail: false },
  'up/health': { schema: Health, retained: false, qos: 0, detail: false },
  'up/tracks': { schema: Tracks, retained: false, qos: 0, detail: false },
  'up/events': { schema: Events, retained: false, qos: 1, detail: false },
  'up/frames': { schema: null, retained: false, qos: 0, detail: false },
  'up/preview': { schema: null, retained: false, qos: 0, detail: true },
  'up/log': { schema: Log, retained: false, qos: 0, detail: false },
  'up/reply': { schema: Reply, retained: false, qos: 1, detail: true },
  'dn/desired': { schema: Desired, retained: true, qos: 1, detail: false },
  'dn/receipt': { schema: Receipt, retained: false, qos: 1, detail: false },
  'dn/watch': { schema: Watch, retained: false, qos: 0, detail: false },
  'dn/command': { schema: Command, retained: false, qos: 1, detail: true }
} as const satisfies Record<string, Channel>

export type ChannelName = keyof typeof channels

/** `vedette/v1/box-1/up/preview/door` = topic('box-1', 'up/preview', 'door'). */
export function topic(box: string, channel: ChannelName, detail?: string, root = DEFAULT_ROOT): string {
  const base = `${root}/v${VERSION}/${box}/${channel}`
  return detail === undefined ? base : `${base}/${detail}`
}

export function consoleStateTopic(root = DEFAULT_ROOT): string {
  return `${root}/v${VERSION}/console/state`
}

export const consoleStateChannel = { schema: ConsoleState, retained: true, qos: 1, detail: false } as const

export interface ParsedTopic {
  box: string
  channel: ChannelName
  detail: string | null
}

/** The parts of a topic, or null when it is none of ours. */
export function parseTopic(name: string, root = DEFAULT_ROOT): ParsedTopic | null {
  const prefix = `${root}/v${VERSION}/`
  if (!name.startsWith(prefix)) return null
  // Cut by positions: the console does this for thousands of messages a second.
  const boxEnds = name.indexOf('/', prefix.length)
  const kindAt = name.indexOf('/', boxEnds + 1) + 1
  if (boxEnds <= prefix.length || kindAt === 0) return null
  const kindEnds = name.indexOf('/', kindAt)
  const channel = name.slice(boxEnds + 1, kindEnds < 0 ? undefined : kindEnds)
  const detail = kindEnds < 0 ? null : name.slice(kindEnds + 1)
  // The name as it stands in the table: equal text is then the same string, and told apart at once.
  const known = channelNames.get(channel)
  if (known === undefined || detail === '' || detail?.includes('/')) return null
  if (channels[known].detail !== (detail !== null)) return null
  return { box: name.slice(prefix.length, boxEnds), channel: known, detail }
}

const channelNames: ReadonlyMap<string, ChannelName> = new Map(
  (Object.keys(channels) as ChannelName[]).map((name) => [name, name])
)
