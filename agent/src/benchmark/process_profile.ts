/** CPU time of a process and of its threads, from /proc (proc_pid_stat(5), Documentation/scheduler/sched-stats.rst). */
import { readdir, readFile } from 'node:fs/promises'

const TICKS_PER_SECOND = 100

/** Null: the process has gone. */
export async function cpuSeconds(pid: number): Promise<number | null> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  // The name in parentheses may hold spaces.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return fields.length < 13 ? null : (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND
}

/** Seconds by thread name; threads of one kind, such as `queue3:src` and `queue7:src`, together. */
export async function threadSeconds(pid: number): Promise<Record<string, number>> {
  const spent: Record<string, number> = {}
  for (const task of await readdir(`/proc/${pid}/task`).catch(() => [])) {
    const folder = `/proc/${pid}/task/${task}`
    const [name, schedstat] = await Promise.all([
      readFile(`${folder}/comm`, 'utf8').catch(() => ''),
      readFile(`${folder}/schedstat`, 'utf8').catch(() => '')
    ])
    const kind = name.trim().replace(/\d+/g, '#')
    if (kind !== '') spent[kind] = (spent[kind] ?? 0) + Number(schedstat.split(' ')[0]) / 1e9
  }
  return spent
}
