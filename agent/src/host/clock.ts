/**
 * Whether somebody keeps this machine's clock right, and how well: chrony says so itself; timesyncd, ntpd and others tell
 * the kernel. Not known is null.
 */
import { type KernelClock, readKernelClock } from '@vedette/native/kernel_clock'
import type { Health } from '@vedette/protocol'
import { outputOf } from './program_output.ts'
import type { Tree } from './tree.ts'

export type Clock = Health['clock']

export interface ClockSources {
  /** What `chronyc` prints with these arguments, or null. */
  chronyc(args: string[]): Promise<string | null>
  /** Throws where the kernel does not say. */
  kernel(): KernelClock
}

export async function readClock(tree: Tree, signal: AbortSignal, sources = system(signal)): Promise<Clock> {
  if (await tree.exists('/run/chrony')) {
    const told = parseTracking((await sources.chronyc(['-n', '-c', 'tracking'])) ?? '')
    if (told !== null) return told
  }
  try {
    const { isSynchronised, maxErrorUs } = sources.kernel()
    return { synchronised: isSynchronised, uncertaintyMs: isSynchronised ? maxErrorUs / 1000 : null }
  } catch {
    return { synchronised: null, uncertaintyMs: null }
  }
}

/**
 * `chronyc -c tracking`: 14 values with commas between (chronyc(1), "tracking"). The bound on the error is the offset, the
 * dispersion and half of the delay of the root, in seconds.
 */
function parseTracking(csv: string): Clock | null {
  const cells = csv.trim().split(',')
  const [leap, offset, delay, dispersion] = [cells[13], ...[4, 10, 11].map((i) => Number(cells[i] ?? 'none'))]
  if (cells.length < 14 || [offset, delay, dispersion].some(Number.isNaN)) return null
  if (leap === 'Not synchronised') return { synchronised: false, uncertaintyMs: null }
  const bound = Math.abs(Number(offset)) + Number(dispersion) + Number(delay) / 2
  return { synchronised: true, uncertaintyMs: Math.round(bound * 1e6) / 1000 }
}

function system(signal: AbortSignal): ClockSources {
  return { chronyc: (args) => outputOf('chronyc', args, signal), kernel: readKernelClock }
}
