/** For spool.test.ts only: a process that stores events until it is killed, and tells how far it came. */
import { Spool } from '../spool.ts'

const spool = new Spool({ file: process.argv[2]!, maxBytes: 1e9, maxAgeMs: 1e12 })
spool.start()
for (let i = 0; ; i++) {
  spool.add({ kind: 'desired.applied', rev: i }, 'info')
  if (i % 7 !== 0) continue
  spool.commit()
  process.stdout.write(`${spool.status().waiting}\n`)
  await new Promise((resolve) => setImmediate(resolve))
}
