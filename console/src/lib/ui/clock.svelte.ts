/** The page's one clock: relative times read it and move together. Begins at the server's time, so the first paint agrees. */
import { createContext } from 'svelte'
import { createSubscriber } from 'svelte/reactivity'

export class Clock {
  #now: number
  #subscribe = createSubscriber((update) => {
    const timer = setInterval(() => {
      this.#now = Date.now()
      update()
    }, 1000)
    return () => clearInterval(timer)
  })

  constructor(now: number) {
    this.#now = now
  }

  get now(): number {
    this.#subscribe()
    return this.#now
  }
}

export const [useClock, provideClock] = createContext<Clock>()
