/** CPU time of another process, of all its threads, in seconds (proc(5), utime and stime). */
import { readFileSync } from 'node:fs'

const TICKS_PER_SECOND = 100

export function processTime(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND
}
