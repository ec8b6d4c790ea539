/** Rooms in a process of their own that ends as by kill -9 between the commit of events and their receipt. */
import { Ingest } from '../ingest/ingest.ts'
import { startRooms } from '../start.ts'

const flush = Ingest.prototype.flush
// The commit happens within flush, and the receipts leave the process after it at the earliest.
Ingest.prototype.flush = function (this: Ingest) {
  flush.call(this)
  if (started.rooms.store.events({ limit: 1 }).length > 0) process.kill(process.pid, 'SIGKILL')
}

const started = await startRooms(
  {
    dataDir: process.argv[2] ?? '',
    ...{ mqttHost: '127.0.0.1', mqttPort: 0, readOnlyPort: 0, tls: null, origin: null, httpHost: '127.0.0.1' }
  },
  { log: () => {} }
)
const { id, secret } = started.rooms.desired.addBox({ name: 'Box' }, 'tester')
process.send?.({ id, secret, mqttPort: started.rooms.status().mqttPort })
