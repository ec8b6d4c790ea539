/** What one message of a box asks the store to keep. */
import type { Catalog, Event, Health, Inventory, Presence, Reported, Tracks } from '@vedette/protocol'

export type Write =
  | { kind: 'presence'; box: string; message: Presence }
  | { kind: 'inventory'; box: string; message: Inventory }
  | { kind: 'catalog'; box: string; message: Catalog }
  | { kind: 'reported'; box: string; message: Reported }
  | { kind: 'health'; box: string; message: Health }
  | { kind: 'tracks'; box: string; message: Tracks }
  | { kind: 'events'; box: string; spool: string; events: Event[] }
