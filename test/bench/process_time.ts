/** CPU time of another process, in seconds. */
import { readdirSync, readFileSync } from 'node:fs'

const TICKS_PER_SECOND = 100

/** Of all its threads, those that have ended too, in steps of 10 ms (proc(5), utime and stime). */
export function processTime(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND
}

/** Of the threads that it has now, to the nanosecond (Documentation/scheduler/sched-stats.rst, the first field). */
export function threadsTime(pid: number): number {
  const tasks = readdirSync(`/proc/${pid}/task`)
  const ns = tasks.map((task) => Number(readFileSync(`/proc/${pid}/task/${task}/schedstat`, 'utf8').split(' ')[0]))
  return ns.reduce((sum, value) => sum + value, 0) / 1e9
}
