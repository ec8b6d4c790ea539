/** The engine process of a box, seen from outside. */
import { readFileSync } from 'node:fs'

/** The engine is a child of its agent; null while there is none. */
export function engineOf(agent: number): number | null {
  if (!isAlive(agent)) return null
  const children = readFileSync(`/proc/${agent}/task/${agent}/children`, 'utf8').trim().split(' ').map(Number)
  return children.find((pid) => pid > 0 && isEngine(commandLine(pid))) ?? null
}

/** The same program, started for a moment, tells what the machine can do: that is none. */
function isEngine(command: string): boolean {
  return command.includes('engine') && !command.includes('--examine')
}

/** A process that has ended and was not yet waited for has no command line. */
export function isAlive(pid: number): boolean {
  return commandLine(pid) !== ''
}

function commandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8')
  } catch {
    return ''
  }
}
