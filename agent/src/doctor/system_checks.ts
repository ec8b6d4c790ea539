/** The system under the agent. Pure. */

import { type Finding, ok, warning, wrong } from '../finding.ts'
import type { Machine } from '../host/machine.ts'
import { compareVersions } from './dotted.ts'
import type { SystemFacts } from './system_facts.ts'

/** As `engines` of what ships. */
const NODE = '24.15.0'
/** Ubuntu 20.04. */
const GLIBC = '2.31'
const GIB = 2 ** 30
/** A model package, its engine and the spool. */
const ROOM_BYTES = 2 * GIB
const LEAST_ROOM_BYTES = 0.25 * GIB
const LEAST_MEMORY_BYTES = 1.5 * GIB
/** Sockets, pipes and event descriptors of a camera's pipeline, and of everything else (counted with 32 cameras). */
const DESCRIPTORS_PER_CAMERA = 24
const DESCRIPTORS = 256

export function systemChecks(system: SystemFacts, machine: Machine): Finding[] {
  return [
    compareVersions(system.node, NODE) < 0
      ? wrong('Node.js', `${system.node}, older than ${NODE}`, `Install Node.js ${NODE} or newer.`)
      : ok('Node.js', system.node),
    glibc(system.glibc),
    memory(system.memoryBytes),
    ...disk(system),
    descriptors(system),
    clock(system.isClockSet),
    ...power(machine)
  ]
}

function glibc(version: string | null): Finding {
  if (version === null)
    return wrong('C library', 'not glibc', 'Use a system with glibc: Alpine and its like have another.')
  return compareVersions(version, GLIBC) < 0
    ? wrong('C library', `glibc ${version}, older than ${GLIBC}`, 'Use Ubuntu 20.04 or Debian 11, or newer.')
    : ok('C library', `glibc ${version}`)
}

function memory(bytes: number): Finding {
  const found = `${(bytes / GIB).toFixed(1)} GiB`
  return bytes < LEAST_MEMORY_BYTES
    ? warning('memory', found, 'Expect room for few cameras; add swap or use a small model.')
    : ok('memory', found)
}

function disk({ disk: facts }: SystemFacts): Finding[] {
  if (facts === null) return []
  const { dataDir, freeBytes, writeError } = facts
  if (writeError !== null) {
    return [
      wrong(
        'data folder',
        writeError,
        `Make ${dataDir} writable for the user that runs the agent. Spool, models and TensorRT engines are kept there.`
      )
    ]
  }
  const found = `${dataDir}, ${(freeBytes / GIB).toFixed(1)} GiB free`
  const remedy = `Free some space or move dataDir: a model with its engine takes up to ${ROOM_BYTES / GIB} GiB.`
  if (freeBytes < LEAST_ROOM_BYTES) return [wrong('data folder', found, remedy)]
  return [freeBytes < ROOM_BYTES ? warning('data folder', found, remedy) : ok('data folder', found)]
}

function descriptors({ descriptors: limit, maxSources }: SystemFacts): Finding {
  const needed = DESCRIPTORS + DESCRIPTORS_PER_CAMERA * maxSources
  if (limit === null || limit >= needed) return ok('open files', limit === null ? 'no limit' : `up to ${limit}`)
  return wrong(
    'open files',
    `up to ${limit}; ${maxSources} cameras can need ${needed}`,
    `Raise the limit: LimitNOFILE=${2 ** Math.ceil(Math.log2(needed))} in the service, or --ulimit nofile of the container.`
  )
}

function clock(isSet: boolean | null): Finding {
  if (isSet === null)
    return warning('clock', 'nothing here tells whether it is set', 'See that the host runs timesyncd, chrony or ntpd.')
  return isSet
    ? ok('clock', 'synchronised')
    : wrong(
        'clock',
        'not synchronised',
        'sudo timedatectl set-ntp true, and see that UDP port 123 reaches a time server.'
      )
}

function power({ power: now, platform }: Machine): Finding[] {
  if (platform.kind !== 'jetson') return []
  if (now === null)
    return [warning('power mode', 'unknown', 'In a container mount /var/lib/nvpmodel and /etc/nvpmodel.conf.')]
  const held = now.areClocksHeld === true ? 'clocks held at their highest' : 'clocks follow the load'
  const found = `${now.mode}, ${held}`
  if (now.isFastest === false && now.fastest !== null) {
    return [
      warning(
        'power mode',
        `${found}; ${now.fastest.name} is faster`,
        `sudo nvpmodel -m ${now.fastest.id}, if power supply and cooling allow. Published figures are measured so.`
      )
    ]
  }
  return now.areClocksHeld === true
    ? [ok('power mode', found)]
    : [
        warning(
          'power mode',
          found,
          'sudo jetson_clocks holds them at their highest, for the published speed and even latency.'
        )
      ]
}
