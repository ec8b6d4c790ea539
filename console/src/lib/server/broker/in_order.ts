/**
 * One message after the other to each box. aedes gives every message a rising number, delivers a retained one later
 * than an unretained one that was published after it (it stores it first), and then drops it as a duplicate, because
 * its number is lower than the last one that the client got (aedes 1.2, lib/client.js, dedupe).
 */
export class InOrder {
  readonly #waiting = new Map<string, ((done: () => void) => void)[]>()

  /** `deliver` is called when everything given before under the same key has said done. */
  push(key: string, deliver: (done: () => void) => void): void {
    const line = this.#waiting.get(key)
    if (line !== undefined) {
      line.push(deliver)
      return
    }
    this.#waiting.set(key, [])
    this.#run(key, deliver)
  }

  #run(key: string, deliver: (done: () => void) => void): void {
    deliver(() => {
      const next = this.#waiting.get(key)?.shift()
      if (next === undefined) this.#waiting.delete(key)
      else this.#run(key, next)
    })
  }
}
