/** The tables. Times are milliseconds since 1970. A change here needs `npx drizzle-kit generate` in console/. */

import type { Rules } from '@vedette/protocol'
import { blob, index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import type { DrawnMasks } from '../../view.ts'
import type { CompareInput, SecondaryInput, StoredAlerts, StoredSecret } from '../rooms.ts'

export const boxes = sqliteTable('boxes', {
  id: text().primaryKey(),
  name: text().notNull(),
  /** SHA-256 of a 256-bit random secret: there is nothing to guess, so nothing to slow down. */
  secretHash: blob('secret_hash', { mode: 'buffer' }).notNull(),
  addedAt: integer('added_at').notNull(),
  rev: integer().notNull().default(0),
  model: text().references(() => models.sha256),
  interval: integer().notNull().default(0),
  tracker: text({ enum: ['default', 'none'] })
    .notNull()
    .default('default'),
  /** Models on the objects that `model` finds: [{sha256, classes}], in this order. */
  secondaries: text({ mode: 'json' }).$type<SecondaryInput[]>().notNull().default([]),
  /** The detector on the same frames that is only compared: {sha256, interval}. */
  compare: text({ mode: 'json' }).$type<CompareInput>(),
  /** When alerts go out, and where to beside the box's own handlers. */
  alerts: text({ mode: 'json' }).$type<StoredAlerts>(),
  /** The secret that signs what goes to that webhook. */
  webhookSecret: text('webhook_secret', { mode: 'json' }).$type<StoredSecret>()
})

export const cameras = sqliteTable(
  'cameras',
  {
    box: text()
      .notNull()
      .references(() => boxes.id, { onDelete: 'cascade' }),
    id: text().notNull(),
    name: text().notNull(),
    isEnabled: integer('is_enabled', { mode: 'boolean' }).notNull(),
    source: text({ mode: 'json' }).notNull(),
    detection: text({ mode: 'json' }).notNull(),
    frames: text({ enum: ['leased', 'all'] }).notNull(),
    rules: text({ mode: 'json' }).$type<Rules>().notNull().default({}),
    masks: text({ mode: 'json' }).$type<DrawnMasks>().notNull().default({}),
    credentialRevision: integer('credential_revision').notNull().default(0),
    /** {user, password}, encrypted with the console's key. */
    credential: blob({ mode: 'buffer' }),
    /** The same, sealed to the box's key, and which key that was. */
    sealed: text(),
    sealedTo: text('sealed_to')
  },
  (t) => [primaryKey({ columns: [t.box, t.id] })]
)

/** The newest whole document of each box. */
export const desired = sqliteTable('desired', {
  box: text()
    .primaryKey()
    .references(() => boxes.id, { onDelete: 'cascade' }),
  rev: integer().notNull(),
  sha256: text().notNull(),
  document: text().notNull(),
  at: integer().notNull()
})

/** What each box said last, by topic: presence, inventory, catalog, reported. */
export const said = sqliteTable(
  'said',
  {
    box: text()
      .notNull()
      .references(() => boxes.id, { onDelete: 'cascade' }),
    channel: text().notNull(),
    message: text({ mode: 'json' }).notNull(),
    at: integer().notNull()
  },
  (t) => [primaryKey({ columns: [t.box, t.channel] })]
)

export const events = sqliteTable(
  'events',
  {
    id: integer().primaryKey({ autoIncrement: true }),
    box: text().notNull(),
    spool: text().notNull(),
    n: integer().notNull(),
    at: integer().notNull(),
    severity: text().notNull(),
    kind: text().notNull(),
    camera: text(),
    body: text({ mode: 'json' }).notNull()
  },
  (t) => [
    uniqueIndex('events_once').on(t.box, t.spool, t.n),
    index('events_of_box').on(t.box, t.at),
    index('events_by_time').on(t.at)
  ]
)

/** Which numbers of each spool are committed, as closed ranges: survives the events' own retention. */
export const spools = sqliteTable(
  'spools',
  { box: text().notNull(), spool: text().notNull(), first: integer().notNull(), last: integer().notNull() },
  (t) => [primaryKey({ columns: [t.box, t.spool, t.first] })]
)

/** One point each 10 s; after some days one each minute (`isMinute`). */
export const health = sqliteTable(
  'health',
  {
    box: text().notNull(),
    at: integer().notNull(),
    isMinute: integer('is_minute', { mode: 'boolean' }).notNull().default(false),
    point: text({ mode: 'json' }).notNull()
  },
  (t) => [primaryKey({ columns: [t.box, t.at] }), index('health_by_time').on(t.isMinute, t.at)]
)

/** Ten seconds of a camera's tracks, packed (`track_codec.ts`); `at` is the beginning of the first. */
export const tracks = sqliteTable(
  'tracks',
  {
    id: integer().primaryKey({ autoIncrement: true }),
    box: text().notNull(),
    camera: text().notNull(),
    at: integer().notNull(),
    labels: text({ mode: 'json' }).$type<string[]>().notNull(),
    body: blob({ mode: 'buffer' }).notNull()
  },
  (t) => [index('tracks_of_camera').on(t.box, t.camera, t.at), index('tracks_by_time').on(t.at)]
)

/** Detections counted per camera and minute, from the frames that came. */
export const detections = sqliteTable(
  'detections',
  {
    box: text().notNull(),
    camera: text().notNull(),
    minute: integer().notNull(),
    frames: integer().notNull(),
    objects: integer().notNull()
  },
  (t) => [primaryKey({ columns: [t.box, t.camera, t.minute] })]
)

export const models = sqliteTable('models', {
  sha256: text().primaryKey(),
  id: text().notNull(),
  name: text().notNull(),
  version: text().notNull(),
  task: text().notNull(),
  licence: text().notNull(),
  source: text().notNull(),
  labels: text({ mode: 'json' }).notNull(),
  bytes: integer().notNull(),
  uploadedAt: integer('uploaded_at').notNull(),
  uploadedBy: text('uploaded_by').notNull()
})

export const people = sqliteTable('people', {
  id: integer().primaryKey({ autoIncrement: true }),
  name: text().notNull().unique(),
  salt: blob({ mode: 'buffer' }).notNull(),
  passwordHash: blob('password_hash', { mode: 'buffer' }).notNull(),
  createdAt: integer('created_at').notNull()
})

/** Sessions and one-time links: only the hash of a token is kept. */
export const sessions = sqliteTable('sessions', {
  tokenHash: blob('token_hash', { mode: 'buffer' }).primaryKey(),
  person: integer()
    .notNull()
    .references(() => people.id, { onDelete: 'cascade' }),
  expiresAt: integer('expires_at').notNull()
})

export const invitations = sqliteTable('invitations', {
  tokenHash: blob('token_hash', { mode: 'buffer' }).primaryKey(),
  expiresAt: integer('expires_at').notNull()
})

export const readers = sqliteTable('readers', {
  name: text().primaryKey(),
  passwordHash: blob('password_hash', { mode: 'buffer' }).notNull(),
  createdAt: integer('created_at').notNull()
})

export const commands = sqliteTable('commands', {
  id: text().primaryKey(),
  box: text()
    .notNull()
    .references(() => boxes.id, { onDelete: 'cascade' }),
  message: text({ mode: 'json' }).notNull(),
  expiresAt: integer('expires_at').notNull()
})

export const audit = sqliteTable(
  'audit',
  {
    id: integer().primaryKey({ autoIncrement: true }),
    at: integer().notNull(),
    who: text().notNull(),
    what: text().notNull(),
    subject: text().notNull(),
    detail: text().notNull()
  },
  (t) => [index('audit_by_time').on(t.at)]
)
