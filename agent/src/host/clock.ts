/**
 * Whether somebody keeps this machine's clock right: systemd-timesyncd, chrony or ntpd. Each tells the kernel, which
 * timedatectl asks; only a kernel's word counts for all of them. Not known is null.
 */
import type { Health } from '@vedette/protocol'
import { outputOf } from './program_output.ts'
import type { Tree } from './tree.ts'

export type Clock = Health['clock']

/** What a program prints, or null. */
export type Ask = (program: string, args: string[]) => Promise<string | null>

const unknown: Clock = { synchronised: null, uncertaintyMs: null }

export async function readClock(tree: Tree, signal: AbortSignal, ask: Ask = asking(signal)): Promise<Clock> {
  // timesyncd leaves this file once it has set the clock: nothing has to be started to see it.
  if (await tree.exists('/run/systemd/timesync/synchronized')) return { synchronised: true, uncertaintyMs: null }
  if (await tree.exists('/run/chrony')) {
    const told = parseTracking((await ask('chronyc', ['-n', '-c', 'tracking'])) ?? '')
    if (told !== null) return told
  }
  const kernel = (await ask('timedatectl', ['show', '--property=NTPSynchronized', '--value']))?.trim()
  if (kernel === 'yes' || kernel === 'no') return { synchronised: kernel === 'yes', uncertaintyMs: null }
  // In a container without systemd: timesyncd runs, and has not set the clock yet.
  const isWaiting = await tree.exists('/run/systemd/timesync')
  return isWaiting ? { synchronised: false, uncertaintyMs: null } : unknown
}

/**
 * `chronyc -c tracking`: 14 values with commas between (chronyc(1), "tracking"). The bound on the error is the offset, the
 * dispersion and half of the delay of the root, in seconds.
 */
export function parseTracking(csv: string): Clock | null {
  const cells = csv.trim().split(',')
  const [leap, offset, delay, dispersion] = [cells[13], ...[4, 10, 11].map((i) => Number(cells[i] ?? 'none'))]
  if (cells.length < 14 || [offset, delay, dispersion].some(Number.isNaN)) return null
  if (leap === 'Not synchronised') return { synchronised: false, uncertaintyMs: null }
  const bound = Math.abs(Number(offset)) + Number(dispersion) + Number(delay) / 2
  return { synchronised: true, uncertaintyMs: Math.round(bound * 1e6) / 1000 }
}

function asking(signal: AbortSignal): Ask {
  return (program, args) => outputOf(program, args, signal)
}
