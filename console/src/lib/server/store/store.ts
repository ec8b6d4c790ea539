/** The store: one database, the board over it, and what pages read. The other rooms get single functions of it. */
import type { Catalog, Inventory, Presence, Reported } from '@vedette/protocol'
import type { BoxView, EventView } from '../../view.ts'
import type { StoreRoom } from '../rooms.ts'
import { accountTable } from './accounts.ts'
import { Board } from './board.ts'
import { type BoxRow, type BoxTable, boxTable } from './boxes.ts'
import { openDatabase } from './database.ts'
import { type EventRow, type EventTable, eventTable } from './events.ts'
import { type MeasureTable, measureTable } from './measures.ts'
import { packageTable } from './packages.ts'
import { forget } from './retention.ts'
import { type SaidTable, saidTable } from './said.ts'
import { seriesOf } from './series.ts'
import { trackTable } from './tracks.ts'
import { boxDetail, boxView, cameraView, eventView } from './views.ts'

export type Store = ReturnType<typeof openStore>

const RETENTION_MS = 10 * 60_000

export function openStore(dataDir: string, now: () => number) {
  const db = openDatabase(dataDir)
  const tables = {
    boxes: boxTable(db),
    events: eventTable(db),
    measures: measureTable(db),
    tracks: trackTable(db),
    said: saidTable(db),
    packages: packageTable(db),
    accounts: accountTable(db)
  }
  const board = loadBoard(tables)
  let step: NodeJS.Timeout | undefined
  const retention = setInterval(clean, RETENTION_MS).unref()

  function clean(): void {
    const isMore = forget(db, now())
    if (isMore) step = setTimeout(clean, 1000).unref()
  }
  function view(box: BoxRow): BoxView {
    return boxView({ box, standing: board.of(box.id), model: modelOf(box), nowMs: now() })
  }
  function modelOf(box: BoxRow) {
    return (box.model !== null && tables.packages.find(box.model)) || null
  }
  function toView(row: EventRow, boxName?: string): EventView {
    return eventView(row, boxName ?? tables.boxes.find(row.box)?.name ?? row.box, board.of(row.box))
  }

  const room: StoreRoom = {
    listBoxes() {
      const models = new Map(tables.packages.list().map((model) => [model.sha256, model]))
      const nowMs = now()
      return tables.boxes
        .list()
        .map((box) => boxView({ box, standing: board.of(box.id), model: models.get(box.model ?? '') ?? null, nowMs }))
    },
    box(id) {
      const box = tables.boxes.find(id)
      if (box === undefined) return null
      return boxDetail({
        box,
        standing: board.of(id),
        model: modelOf(box),
        nowMs: now(),
        cameras: tables.boxes.cameras(id),
        desired: tables.boxes.document(id),
        models: tables.packages.list()
      })
    },
    camera(boxId, id) {
      const box = tables.boxes.find(boxId)
      const row = tables.boxes.camera(boxId, id)
      if (box === undefined || row === undefined) return null
      const standing = board.of(boxId)
      const { name, state } = view(box)
      const labels = modelOf(box)?.labels ?? standing.catalog?.classes ?? []
      return {
        ...cameraView(row, standing, now()),
        boxName: name,
        boxState: state,
        labels,
        rules: row.rules,
        masks: row.masks,
        strategies: standing.reported?.strategies ?? {}
      }
    },
    events(query) {
      const names = new Map<string, string>()
      return tables.events.list(query).map((row) => {
        const name = names.get(row.box) ?? tables.boxes.find(row.box)?.name ?? row.box
        names.set(row.box, name)
        return toView(row, name)
      })
    },
    health: (box, span) => seriesOf(tables.measures.health(box, span)),
    tracks: (query) => tables.tracks.list(query),
    listModels() {
      return tables.packages
        .list()
        .map(({ uploadedAt, ...model }) => ({ ...model, uploadedAt: new Date(uploadedAt).toISOString() }))
    },
    listReaders: () =>
      tables.accounts
        .listReaders()
        .map(({ name, createdAt }) => ({ name, createdAt: new Date(createdAt).toISOString() })),
    audit: (limit) =>
      tables.accounts.listNotes(limit).map(({ id: _, at, ...note }) => ({ ...note, at: new Date(at).toISOString() }))
  }

  return {
    ...tables,
    board,
    room,
    view,
    toView,
    clean,
    /** Several writes as one commit. */
    atOnce: tables.boxes.atOnce,
    close(): void {
      clearInterval(retention)
      clearTimeout(step)
      try {
        tables.tracks.close()
      } finally {
        db.$client.close()
      }
    }
  }
}

interface Tables {
  boxes: BoxTable
  events: EventTable
  measures: MeasureTable
  said: SaidTable
}

function loadBoard({ boxes, events, measures, said }: Tables): Board {
  const board = new Board()
  const known = new Set(boxes.list().map((box) => box.id))
  for (const { box, channel, message, at } of said.all()) {
    const standing = board.of(box)
    standing.heardMs = Math.max(standing.heardMs ?? 0, at)
    if (channel === 'up/presence') standing.presence = message as Presence
    if (channel === 'up/inventory') standing.inventory = message as Inventory
    if (channel === 'up/catalog') standing.catalog = message as Catalog
    if (channel === 'up/reported') standing.reported = message as Reported
  }
  for (const { box, id, name, isEnabled } of boxes.allCameras()) board.of(box).cameras.set(id, { name, isEnabled })
  for (const event of events.lastOfEach()) if (known.has(event.box)) board.of(event.box).lastEvent = event
  for (const id of known) {
    const points = measures.lastHealth(id, 60)
    board.of(id).fpsHistory = points.map(({ point }) => point.fps ?? 0)
    const last = points.at(-1)
    if (last) board.of(id).heardMs = Math.max(board.of(id).heardMs ?? 0, last.at)
  }
  return board
}
