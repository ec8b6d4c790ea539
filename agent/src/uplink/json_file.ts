/** Small state that may be lost but not half written. */
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs'

/** Null when there is none, or it is damaged. */
export function readJsonFile(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return null
  }
}

/** False when the disk takes no writes: what was there stays. */
export function writeJsonFile(file: string, value: unknown): boolean {
  try {
    const staged = `${file}.new`
    const descriptor = openSync(staged, 'w', 0o600)
    try {
      writeSync(descriptor, JSON.stringify(value))
      fsyncSync(descriptor)
    } finally {
      closeSync(descriptor)
    }
    renameSync(staged, file)
    return true
  } catch {
    return false
  }
}
