import { inspect } from 'node:util'

/** A value that must not be printed: it shows only to whoever asks by `reveal()`. */
export class Secret {
  readonly #value: string
  constructor(value: string) {
    this.#value = value
  }
  reveal(): string {
    return this.#value
  }
  toString(): string {
    return '[secret]'
  }
  toJSON(): string {
    return '[secret]'
  }
  [inspect.custom](): string {
    return '[secret]'
  }
}

/** Whatever a key like this holds is shown to nobody. */
export function isSecretKey(key: string): boolean {
  return /secret|password|token/i.test(key)
}
