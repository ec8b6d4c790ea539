/** What the kernel was told of its clock by whoever keeps it right (timesyncd, chrony, ntpd, PTP): adjtimex(2). */
import { hostLibrary } from './host_library.ts'

export interface KernelClock {
  isSynchronised: boolean
  /** The kernel's bound on the error; it grows by 500 µs a second until the clock is looked after again. */
  maxErrorUs: number
}

/** Throws where the library was not built, or where a sandbox forbids the call. */
export function readKernelClock(environment: NodeJS.ProcessEnv = process.env): KernelClock {
  return (hostLibrary('kernel_clock', environment) as { read(): KernelClock }).read()
}
