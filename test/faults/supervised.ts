/** A process as systemd keeps one: started again whenever it has ended, until told to stop. */
import type { WorldProcess } from '../world/process.ts'

export class Supervised {
  readonly #spawn: () => Promise<WorldProcess>
  #process: WorldProcess
  #isStopped = false
  #loop: Promise<void> = Promise.resolve()

  /** `spawn` need not wait until the process is ready. */
  constructor(running: WorldProcess, spawn: () => Promise<WorldProcess>) {
    this.#process = running
    this.#spawn = spawn
  }

  start(): void {
    this.#loop = this.#run()
  }

  /** Which runs now, or is about to be followed by another. */
  get process(): WorldProcess {
    return this.#process
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    await this.#process.stop()
    await this.#loop
  }

  async #run(): Promise<void> {
    for (;;) {
      await this.#process.exited()
      if (this.#isStopped) return
      this.#process = await this.#spawn()
    }
  }
}
