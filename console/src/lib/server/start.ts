/** The composition root: makes the rooms and hands them each other's functions. Stop is its mirror. */
import { createHash, timingSafeEqual } from 'node:crypto'
import { join } from 'node:path'
import { channels, consoleStateTopic, type Desired, topic, VERSION } from '@vedette/protocol'
import { Broker } from './broker/broker.ts'
import { commandsRoom } from './commands/commands.ts'
import { desiredRoom } from './desired/desired.ts'
import { identityRoom } from './identity/identity.ts'
import { readersRoom } from './identity/readers.ts'
import { Ingest } from './ingest/ingest.ts'
import { LimitedLog } from './limited_log.ts'
import { Live } from './live/live.ts'
import { modelsRoom } from './models/models.ts'
import type { Rooms } from './rooms.ts'
import type { Settings } from './settings.ts'
import { commit } from './store/commit.ts'
import { toRanges } from './store/spools.ts'
import { openStore } from './store/store.ts'
import { openVault } from './store/vault.ts'

export interface StartOptions {
  now?: () => number
  log: (level: 'info' | 'warn' | 'error', message: string) => void
}

export type Started = Awaited<ReturnType<typeof startRooms>>

export async function startRooms(settings: Settings, { log, now = Date.now }: StartOptions) {
  const startedAt = new Date(now()).toISOString()
  const store = openStore(settings.dataDir, now)
  const note = store.accounts.note
  const warnings = new LimitedLog((message) => log('warn', message), now)

  const ingest = new Ingest({
    commit(writes) {
      const changes = commit(store, writes, now())
      for (const event of changes.events) live.event(store.toView(event))
      for (const { box, at, point } of changes.points) live.health(box, at, point)
      for (const box of changes.boxes) live.changed(box, changes.details.has(box))
      for (const box of changes.keys) desired.onKey(box)
      for (const box of changes.announce) commands.announce(box)
    },
    receipt: (box, spool, numbers) => say(box, 'dn/receipt', { v: VERSION, spool, ranges: toRanges(numbers) }),
    bad: onBad,
    frames: (box, batch) => live.frames(box, batch),
    preview: (box, camera, picture) => live.preview(box, camera, picture),
    reply: (box, id, reply) => commands.onReply(box, id, reply),
    lost: (box) => commands.announce(box),
    onError: (error) => log('error', `could not store what boxes said; events will be sent again: ${error}`)
  })
  const readers = readersRoom({
    accounts: store.accounts,
    note,
    onRemove: (name) => broker.disconnectReaders(name),
    now
  })
  const broker = new Broker({
    host: settings.mqttHost,
    port: settings.mqttPort,
    readOnlyPort: settings.readOnlyPort,
    tls: settings.tls,
    isBox,
    isReader: readers.isReader,
    onMessage: (box, packet) => ingest.receive(box, packet),
    onRefused: (box, reason) => (box === null ? warnings.warn('MQTT', reason) : onBad(box, reason)),
    onAlarm: (message) => log('error', message)
  })
  const commands = commandsRoom({
    packages: store.packages,
    send: (box, id, command) => say(box, 'dn/command', command, id),
    note,
    now
  })
  const desired = desiredRoom({
    boxes: store.boxes,
    model: (sha256) => store.packages.find(sha256),
    boxKey: (box) => store.board.of(box).inventory?.publicKey ?? null,
    vault: openVault(settings.dataDir),
    note,
    publish: publishDesired,
    onChange(box) {
      const cameras = store.boxes.cameras(box)
      store.board.of(box).cameras = new Map(cameras.map(({ id, name, isEnabled }) => [id, { name, isEnabled }]))
      live.changed(box, true)
      live.relet(box)
    },
    onSecret: (box) => broker.disconnect(box),
    onRemove(box) {
      broker.removeBox(box)
      store.board.remove(box)
      live.removed(box)
    },
    now
  })
  const models = modelsRoom({
    dir: join(settings.dataDir, 'packages'),
    packages: store.packages,
    usedBy: (sha256) => store.boxes.withModel(sha256).map((box) => box.name),
    listModels: store.room.listModels,
    note,
    now
  })
  const identity = identityRoom({ accounts: store.accounts, note, now })
  const live = new Live({
    boxView(box) {
      const row = store.boxes.find(box)
      return row ? store.view(row) : null
    },
    boxDetail: store.room.box,
    catalog: (box) => store.board.of(box).catalog,
    cameras: (box) => store.board.of(box).cameras.keys(),
    sendWatch: (box, watch) => say(box, 'dn/watch', watch),
    announce: (box) => commands.announce(box),
    startedAt
  })

  function onBad(box: string, error: string): void {
    const standing = store.board.of(box)
    standing.bad = { count: (standing.bad?.count ?? 0) + 1, last: error, at: new Date(now()).toISOString() }
    live.changed(box, true)
    warnings.warn(box, error)
  }
  function isBox(id: string, secret: Buffer | string): boolean {
    const row = store.boxes.find(id)
    return row !== undefined && timingSafeEqual(row.secretHash, createHash('sha256').update(secret).digest())
  }
  function say(box: string, channel: Told, message: object, detail?: string): void {
    const { qos, retained } = channels[channel]
    broker.publish({ topic: topic(box, channel, detail), payload: JSON.stringify(message), qos, retain: retained })
  }
  function publishDesired(box: string, document: Desired): void {
    say(box, 'dn/desired', document)
  }
  function sayState(isUp: boolean): void {
    const message = { topic: consoleStateTopic(), qos: 1, retain: true } as const
    const payload = Buffer.from(JSON.stringify({ v: VERSION, up: isUp, since: startedAt }))
    broker.publish({ ...message, payload })
    broker.show({ ...message, payload })
  }

  await broker.start()
  // The embedded broker keeps nothing on disk: what is retained, and what is still good, is said again.
  for (const { box, document } of store.boxes.documents()) {
    broker.publish({ topic: topic(box, 'dn/desired'), payload: document, qos: 1, retain: true })
  }
  for (const { box, id, message } of store.packages.openCommands(now())) say(box, 'dn/command', message, id)
  sayState(true)
  live.start()

  const rooms: Rooms = {
    ...{ store: store.room, desired, models, identity, readers, commands, live },
    status: () => ({
      mqttHost: settings.mqttHost,
      isMqttTls: settings.tls !== null,
      mqttPort: broker.port,
      readOnlyPort: broker.readOnlyPort,
      ...broker.figures,
      ...ingest.figures
    }),
    isBox,
    isHttps: settings.origin?.protocol === 'https:'
  }
  return {
    rooms,
    firstToken: identity.firstToken,
    endStreams: () => live.stop(),
    async stop(): Promise<void> {
      live.stop()
      ingest.stop()
      sayState(false)
      await broker.stop()
      store.close()
    }
  }
}

type Told = 'dn/receipt' | 'dn/desired' | 'dn/watch' | 'dn/command'
