/** The system under the agent. Pure. */

import { type Finding, ok, warning, wrong } from '../finding.ts'
import type { Clock } from '../host/clock.ts'
import type { Machine } from '../host/machine.ts'
import { compareVersions } from './dotted.ts'
import type { DiskFacts, SystemFacts } from './system_facts.ts'

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

export function systemChecks(system: SystemFacts, clock: Clock, machine: Machine): Finding[] {
  return [
    compareVersions(system.node, NODE) < 0
      ? wrong('Node.js', `${system.node}, older than ${NODE}`, `Install Node.js ${NODE} or newer.`)
      : ok('Node.js', system.node),
    glibc(system.glibc),
    memory(system.memoryBytes),
    ...disk(system),
    ...engineCache(system),
    descriptors(system),
    clockCheck(clock),
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
  const found = gibibytes(bytes)
  return bytes < LEAST_MEMORY_BYTES
    ? warning('memory', found, 'Expect room for few cameras; add swap or use a small model.')
    : ok('memory', found)
}

function disk({ disk: facts }: SystemFacts): Finding[] {
  if (facts === null) return []
  const check = 'data folder'
  const unwritable = cannotWrite(check, facts, 'Spool, models and keys are kept there.')
  if (unwritable !== null) return [unwritable]
  const found = `${facts.folder}, ${gibibytes(facts.freeBytes)} free`
  const remedy = `Free some space or move dataDir: a model with its engine takes up to ${ROOM_BYTES / GIB} GiB.`
  if (facts.freeBytes < LEAST_ROOM_BYTES) return [wrong(check, found, remedy)]
  return [facts.freeBytes < ROOM_BYTES ? warning(check, found, remedy) : ok(check, found)]
}

/** A disk that fills while TensorRT builds costs the build, and then the spool. */
function engineCache({ engineCache: facts }: SystemFacts): Finding[] {
  if (facts === null) return []
  const check = 'engine cache'
  const unwritable = cannotWrite(check, facts, 'TensorRT engines are built and kept there: without it no model runs.')
  if (unwritable !== null) return [unwritable]
  const { folder, usedBytes, limitBytes, freeBytes } = facts
  const found = `${folder}, ${gibibytes(usedBytes)} of at most ${gibibytes(limitBytes)} used`
  if (usedBytes + freeBytes >= limitBytes) return [ok(check, found)]
  const remedy = `Free some space, or set pipeline.engineCacheBytes to ${usedBytes + Math.max(0, freeBytes - ROOM_BYTES)} or less: a full disk ends a build, and loses events.`
  return [warning(check, `${found}, but only ${gibibytes(freeBytes)} of the disk is free`, remedy)]
}

function cannotWrite(check: string, { folder, writeError }: DiskFacts, why: string): Finding | null {
  if (writeError === null) return null
  return wrong(check, writeError, `Make ${folder} writable for the user that runs the agent. ${why}`)
}

function gibibytes(bytes: number): string {
  return `${(bytes / GIB).toFixed(1)} GiB`
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

function clockCheck({ synchronised, uncertaintyMs }: Clock): Finding {
  const check = 'clock'
  if (synchronised === null)
    return warning(check, 'nothing here tells whether it is set', 'See that the host runs timesyncd, chrony or ntpd.')
  const right = uncertaintyMs === null ? '' : `, within ${uncertaintyMs.toFixed(uncertaintyMs < 10 ? 1 : 0)} ms`
  return synchronised
    ? ok(check, `synchronised${right}`)
    : warning(
        check,
        'nobody keeps it right',
        'See that UDP port 123 reaches a time server; sudo timedatectl set-ntp true where neither chrony nor ntpd runs.'
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
