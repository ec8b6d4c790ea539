/** `vedette doctor`: what is known of this machine, and what the checks make of it. The rooms meet here. */
import { statSync } from 'node:fs'
import { askAgent } from './ask_agent.ts'
import { engineCacheOf } from './box/model_files.ts'
import { boxCameras } from './box_cameras.ts'
import { cameraChecks } from './doctor/camera_checks.ts'
import { type CameraFact, cameraFacts } from './doctor/camera_facts.ts'
import { consoleChecks } from './doctor/console_checks.ts'
import { type ConsoleFacts, consoleFacts } from './doctor/console_facts.ts'
import { deepStreamChecks } from './doctor/deepstream_checks.ts'
import { gstreamerChecks } from './doctor/gstreamer_checks.ts'
import { modelChecks } from './doctor/model_checks.ts'
import { modelFacts } from './doctor/model_facts.ts'
import { productionChecks } from './doctor/production_checks.ts'
import { productionFacts } from './doctor/production_facts.ts'
import { systemChecks } from './doctor/system_checks.ts'
import { systemFacts } from './doctor/system_facts.ts'
import { engineEntry } from './engine_entry.ts'
import type { Section } from './finding_table.ts'
import { readClock } from './host/clock.ts'
import { type Machine, readMachine } from './host/machine.ts'
import { type Origin, originOf } from './host/packaged_file.ts'
import { type Tree, treeAt } from './host/tree.ts'
import { type Examination, examineMachine } from './pipeline/examination.ts'
import type { ConsoleSettings, Settings } from './settings.ts'
import { tryConnection } from './uplink/try_connection.ts'

export interface DoctorOptions {
  /** Without them what depends on them is left out. */
  settings: Settings | null
  settingsFile: string | null
  production: boolean
  signal: AbortSignal
  /** For tests: another root, processor, addon. */
  root?: string
  arch?: string
  addon?: string
}

/** What of this machine neither the settings nor the network decide. */
export interface Diagnosis {
  machine: Machine
  examination: Examination
  rtpmanager: Origin
}

export async function diagnose(options: Pick<DoctorOptions, 'signal' | 'root' | 'arch' | 'addon'>): Promise<Diagnosis> {
  const { signal, addon } = options
  const tree = treeAt(options.root)
  const machine = await readMachine(tree, options.arch ?? process.arch, signal)
  const { trackerLibrary, utilsLibrary } = machine.deepstream
  const examination = await examineMachine(
    {
      entry: engineEntry(),
      libraries: [trackerLibrary, utilsLibrary].filter((path) => path !== null),
      ...(addon === undefined ? {} : { addon })
    },
    signal
  )
  return { machine, examination, rtpmanager: await rtpmanagerOf(tree, examination) }
}

/** What a machine is, without settings and network: for the doctor and for the inventory. */
export function machineSections(diagnosis: Diagnosis): Section[] {
  return [
    { title: 'Machine and DeepStream', findings: deepStreamChecks(diagnosis) },
    { title: 'GStreamer', findings: gstreamerChecks(diagnosis) }
  ]
}

export async function runDoctor(options: DoctorOptions): Promise<Section[]> {
  const { settings, settingsFile, signal } = options
  const tree = treeAt(options.root)
  const [diagnosis, clock, models, cameras, told] = await Promise.all([
    diagnose(options),
    readClock(tree, signal),
    settings === null ? [] : modelFacts(settings.models, settings.dataDir),
    settings === null ? [] : camerasOf(settings),
    settings?.console ? askConsole(settings, settings.console, signal) : null
  ])
  const { machine, examination } = diagnosis
  const system = await systemFacts({
    dataDir: settings?.dataDir ?? null,
    engineCache: settings && engineCacheOf(settings, machine),
    maxSources: settings?.pipeline.maxSources ?? 16
  })
  const sections: Section[] = [
    ...machineSections(diagnosis),
    { title: 'System', findings: systemChecks(system, clock, machine) },
    { title: 'Inference', findings: modelChecks(examination, models) },
    { title: 'Cameras', findings: cameraChecks(cameras, settingsFile) },
    { title: 'Console', findings: told === null ? [] : consoleChecks(told) }
  ]
  if (!options.production) return sections
  const settingsMode = settingsFile === null ? null : statSync(settingsFile).mode
  const facts = await productionFacts(tree, { isContainer: machine.isContainer, settingsMode })
  return [...sections, { title: 'Production', findings: productionChecks(facts, settings) }]
}

/** A data folder that cannot be read has a line of its own. */
async function camerasOf(settings: Settings): Promise<CameraFact[]> {
  return cameraFacts(await boxCameras(settings).catch(() => ({})))
}

/** A box that is online says so itself: asking the broker anew would end its connection. */
async function askConsole(settings: Settings, told: ConsoleSettings, signal: AbortSignal): Promise<ConsoleFacts> {
  const { url, mqtt, ca, root, secret } = told
  const isOnline = await isAgentOnline(settings, signal)
  const connection = { box: settings.box.id, url: mqtt, root, secret: secret.reveal(), caFile: ca }
  return consoleFacts({ url, mqtt, ca }, () => (isOnline ? Promise.resolve(null) : tryConnection(connection)))
}

async function isAgentOnline({ http, box }: Settings, signal: AbortSignal): Promise<boolean> {
  try {
    const answer = await askAgent(http, '/health', signal)
    const page = (await answer.json()) as { box?: string; console?: { state?: string } | null }
    return page.box === box.id && page.console?.state === 'online'
  } catch {
    return false
  }
}

async function rtpmanagerOf(tree: Tree, { capabilities }: Examination): Promise<Origin> {
  const file = capabilities?.rtpmanagerFile
  return file ? originOf(tree, file, 'gstreamer1.0-plugins-good') : 'unknown'
}
