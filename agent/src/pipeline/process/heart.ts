/**
 * A thread of its own in the engine process, which an event loop that is busy or hangs does not hold up: it beats on
 * descriptor 4, so that the agent tells a stopped process from a busy one, and ends the process when its parent is gone.
 */
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'

const BEAT_MS = 400

const CODE = `
const { writeSync } = require('node:fs')
const parent = process.ppid
const beat = Buffer.alloc(1)
setInterval(() => {
  if (process.ppid !== parent) process.kill(process.pid, 'SIGKILL')
  try {
    writeSync(4, beat)
  } catch {
    // Nobody reads any more: the channel says so too, and the parent's end above.
  }
}, ${BEAT_MS})
`

/** Resolves when the thread runs: one that is still starting needs the loop which may hang. */
export async function startHeart(): Promise<void> {
  const worker = new Worker(CODE, { eval: true })
  await once(worker, 'online')
  worker.unref()
}
