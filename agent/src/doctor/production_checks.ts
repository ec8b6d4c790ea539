/**
 * `--production`: what a box must have before it is left alone. Log rotation, monitoring, restart, limits, updates, backup,
 * performance, network. Pure.
 */

import { type Finding, ok, warning, wrong } from '../finding.ts'
import type { Settings } from '../settings.ts'
import type { ProductionFacts } from './production_facts.ts'

export function productionChecks(facts: ProductionFacts, settings: Settings | null): Finding[] {
  return [
    logs(facts),
    monitoring(settings),
    restart(facts),
    limits(facts),
    updates(facts),
    backup(settings),
    performance(settings),
    network(facts, settings),
    secrets(facts)
  ]
}

function logs({ isContainer, journald, hasPersistentJournal }: ProductionFacts): Finding {
  const check = 'log rotation and retention'
  if (isContainer)
    return warning(check, 'decided outside this container', 'Give it --log-opt max-size=10m --log-opt max-file=5.')
  const limit = /^(?:SystemMaxUse|MaxRetentionSec)=(\S+)/m.exec(journald)?.[0]
  if (limit !== undefined) return ok(check, `journald, ${limit}`)
  return warning(
    check,
    hasPersistentJournal ? 'journald takes up to a tenth of the disk' : 'the journal is lost at every restart',
    'Set Storage=persistent, SystemMaxUse=500M and MaxRetentionSec=30day in /etc/systemd/journald.conf.d/vedette.conf.'
  )
}

function monitoring(settings: Settings | null): Finding {
  const check = 'monitoring and alerting'
  if (settings === null) return unknown(check)
  const metrics = `http://${settings.http.host}:${settings.http.port}/metrics`
  return settings.console
    ? ok(check, `console ${settings.console.url}, Prometheus ${metrics}`)
    : warning(check, `no console; only ${metrics}`, 'Add the box to a console, or scrape /metrics and alert on it.')
}

function restart({ unit, isContainer }: ProductionFacts): Finding {
  const check = 'restart on failure'
  if (unit === null) return noUnit(check, isContainer, '--restart=always')
  return /^Restart=always/m.test(unit)
    ? ok(check, 'systemd, Restart=always')
    : wrong(
        check,
        'the service is not restarted always',
        'Set Restart=always: the agent ends with 0 when a command restarts it.'
      )
}

function limits({ unit, isContainer }: ProductionFacts): Finding {
  const check = 'resource limits'
  if (unit === null) return noUnit(check, isContainer, '--memory and --cpus')
  const found = [...unit.matchAll(/^(?:MemoryMax|MemoryHigh|CPUQuota|TasksMax)=\S+/gm)].map(([line]) => line)
  return found.length > 0
    ? ok(check, found.join(', '))
    : warning(
        check,
        'none in the service',
        'Set MemoryMax= and TasksMax=, so that a leak costs the agent, not the box.'
      )
}

function updates({ areUpdatesAutomatic, isContainer }: ProductionFacts): Finding {
  const check = 'security updates'
  if (areUpdatesAutomatic) return ok(check, 'unattended-upgrades')
  return isContainer
    ? warning(check, 'decided by the image', 'Build the image anew on a schedule, and scan it.')
    : warning(
        check,
        'not automatic',
        'sudo apt-get install unattended-upgrades && sudo dpkg-reconfigure -plow unattended-upgrades'
      )
}

function backup(settings: Settings | null): Finding {
  const check = 'backup and recovery'
  if (settings === null) return unknown(check)
  return settings.console
    ? ok(check, 'cameras, models and events are kept by the console; back that up')
    : warning(
        check,
        'this box has the only copy',
        `Back up the settings file and ${settings.dataDir}, or add the box to a console.`
      )
}

function performance(settings: Settings | null): Finding {
  const check = 'performance monitoring'
  if (settings === null) return unknown(check)
  const { healthIntervalS } = settings
  return healthIntervalS > 60
    ? warning(
        check,
        `health every ${healthIntervalS} s`,
        'Set healthIntervalS to 60 or less: a fault of a minute is not seen.'
      )
    : ok(check, `frame rates, latency and drops every ${healthIntervalS} s`)
}

function network({ firewall }: ProductionFacts, settings: Settings | null): Finding {
  const check = 'network security and firewall'
  if (settings === null) return unknown(check)
  const { http, console: told } = settings
  const open = !['127.0.0.1', '::1', 'localhost'].includes(http.host)
  const plain = told ? [told.url, told.mqtt].filter((url) => /^(http|mqtt):/.test(url)) : []
  if (plain.length > 0)
    return wrong(
      check,
      `not encrypted: ${plain.join(', ')}`,
      'Use https and mqtts: passwords and pictures go over this line.'
    )
  if (open && firewall === null)
    return wrong(
      check,
      `http.host ${http.host} is open to the network, and no firewall is on`,
      'Set http.host: 127.0.0.1, or turn a firewall on.'
    )
  return ok(
    check,
    `${open ? `http on ${http.host}` : 'nothing listens to the network'}, firewall: ${firewall ?? 'none found'}`
  )
}

function secrets({ settingsMode }: ProductionFacts): Finding {
  const check = 'settings file'
  if (settingsMode === null) return unknown(check)
  const mode = (settingsMode & 0o777).toString(8)
  return (settingsMode & 0o007) === 0
    ? ok(check, `mode ${mode}`)
    : warning(
        check,
        `mode ${mode}: everybody on this machine can read it`,
        'chmod 640, owned by the user that runs the agent.'
      )
}

function unknown(check: string): Finding {
  return warning(check, 'not known without settings', 'Give --config FILE.')
}

function noUnit(check: string, isContainer: boolean, option: string): Finding {
  return isContainer
    ? warning(check, 'decided outside this container', `Start the container with ${option}.`)
    : wrong(
        check,
        'no systemd service starts the agent',
        'Install the one that lies beside the program: sudo cp configs/systemd/vedette.service /etc/systemd/system/ && sudo systemctl enable --now vedette'
      )
}
