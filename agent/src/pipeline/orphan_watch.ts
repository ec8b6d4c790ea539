/**
 * Ends this process when its parent is gone, even if its event loop hangs: a thread of its own looks once in 400 ms.
 * (A closed channel is noticed sooner, but only by a loop that runs.)
 */
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'

const CODE = `
const parent = process.ppid
setInterval(() => {
  if (process.ppid !== parent) process.kill(process.pid, 'SIGKILL')
}, 400)
`

/** Resolves when the thread watches: one that is still starting needs the loop which may hang. */
export async function watchParent(): Promise<void> {
  const worker = new Worker(CODE, { eval: true })
  await once(worker, 'online')
  worker.unref()
}
