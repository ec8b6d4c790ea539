/** `vedette enroll`: the settings of a box that belongs to a console, tried before they are written. The rooms meet here. */
import { existsSync } from 'node:fs'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { stringify } from 'yaml'
import { consoleChecks } from './doctor/console_checks.ts'
import { consoleFacts } from './doctor/console_facts.ts'
import type { Finding } from './finding.ts'
import { fileLayer } from './settings/file_layer.ts'
import { problemText, settingsFrom } from './settings.ts'
import { tryConnection } from './uplink/try_connection.ts'

export interface Enrolment {
  url: string
  box: string
  name: string | null
  secret: string
  /** null: on the host of `url`, at MQTT's usual port. */
  mqtt: string | null
  ca: string | null
  dataDir: string | null
  /** The settings file to write. */
  file: string
  /** Writes over what is there. */
  replaces: boolean
}

export interface Enrolled {
  findings: Finding[]
  /** What was written; empty where the console does not take this box. */
  written: string[]
}

export async function enroll(enrolment: Enrolment): Promise<Enrolled> {
  const { secret, replaces } = enrolment
  const file = resolve(enrolment.file)
  const secretFile = join(dirname(file), 'box-secret')
  for (const path of [file, secretFile])
    if (!replaces && existsSync(path)) throw new Error(`expected no ${path} yet; move it away, or say --replace`)
  const text = settingsText(enrolment)
  const settings = checked(text, { file, secret })
  const connection = {
    box: settings.box.id,
    url: settings.console.mqtt,
    root: settings.console.root,
    secret,
    caFile: settings.console.ca
  }
  const findings = consoleChecks(await consoleFacts(settings.console, () => tryConnection(connection)))
  if (findings.some(({ state }) => state === 'wrong')) return { findings, written: [] }
  await mkdir(dirname(file), { recursive: true })
  await writeSecret(secretFile, `${secret}\n`)
  await writeFile(file, text, { mode: 0o644 })
  return { findings, written: [file, secretFile] }
}

/** The secret lies beside it, for the box's user only. */
function settingsText({ url, box, name, mqtt, ca, dataDir }: Enrolment): string {
  const settings = {
    box: { id: box, ...(name !== null && { name }) },
    ...(dataDir !== null && { dataDir: resolve(dataDir) }),
    console: { url, mqtt: mqtt ?? brokerOf(url), ...(ca !== null && { ca: resolve(ca) }) }
  }
  return `# Written by vedette enroll. configs/box.yaml shows what else can be said.\n${stringify(settings)}  secret: !file box-secret\n`
}

function brokerOf(url: string): string {
  if (!URL.canParse(url))
    throw new Error(`expected the address of a console, such as https://console.example, received ${url}`)
  const { protocol, hostname } = new URL(url)
  return protocol === 'https:' ? `mqtts://${hostname}:8883` : `mqtt://${hostname}:1883`
}

/** As the agent will read it, with the secret where its file will be. */
function checked(text: string, { file, secret }: { file: string; secret: string }) {
  const layer = fileLayer(text.replace('!file box-secret', JSON.stringify(secret)), file)
  const { settings, problems } = settingsFrom({ files: [layer], environment: {}, directory: dirname(file) })
  if (settings?.console) return { box: settings.box, console: settings.console }
  // Lines of a file that is not there help nobody.
  const words = problems.map((problem) => problemText({ ...problem, where: basename(file) }))
  throw new Error(words.join('\n'))
}

/** Never readable by others, not even for a moment. */
async function writeSecret(path: string, secret: string): Promise<void> {
  await rm(path, { force: true })
  await writeFile(path, secret, { mode: 0o600, flag: 'wx' })
}
