/** For tests: a folder that looks like the root of a machine with a given DeepStream release, on a Jetson or a server. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

export interface FakeMachine {
  /** `7.1.0`; null: no DeepStream. */
  deepstream: string | null
  /** Where the link leads, when it is another folder than the version's. */
  linked?: string
  /** `36.4.3`: a Jetson. */
  l4t?: string
  soc?: 'tegra210' | 'tegra194' | 'tegra234' | 'tegra264'
  model?: string
  /** Jetson's release file is not seen in many containers. */
  hasNoReleaseFile?: boolean
  driver?: string
  ubuntu?: string
  cuda?: string
  tensorrt?: string
  power?: { status: string; modes: [id: number, name: string][] }
  isContainer?: boolean
  /** Further files. */
  files?: Record<string, string>
}

/** Made anew; `remove` when done. */
export function fakeTree(machine: FakeMachine): { root: string; remove(): void } {
  const root = mkdtempSync(join(tmpdir(), 'vedette-root-'))
  const write = (path: string, text = '') => {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  if (machine.deepstream !== null) deepStream(root, write, machine as FakeMachine & { deepstream: string })
  if (machine.l4t !== undefined) jetson(write, machine as FakeMachine & { l4t: string })
  if (machine.driver !== undefined) {
    write(
      '/proc/driver/nvidia/version',
      `NVRM version: NVIDIA UNIX x86_64 Kernel Module  ${machine.driver}  Thu Jun 27 22:45:27 UTC 2024\nGCC version:  gcc version 11.4.0\n`
    )
  }
  const ubuntu = machine.ubuntu ?? '22.04'
  write('/etc/os-release', `PRETTY_NAME="Ubuntu ${ubuntu} LTS"\nID=ubuntu\nVERSION_ID="${ubuntu}"\n`)
  if (machine.cuda !== undefined)
    write('/usr/local/cuda/version.json', JSON.stringify({ cuda: { name: 'CUDA SDK', version: machine.cuda } }))
  if (machine.tensorrt !== undefined) {
    const triplet = machine.l4t === undefined ? 'x86_64-linux-gnu' : 'aarch64-linux-gnu'
    for (const version of [machine.tensorrt, machine.tensorrt.split('.')[0]!]) {
      write(`/usr/lib/${triplet}/libnvinfer.so.${version}`)
    }
  }
  if (machine.power !== undefined) {
    write('/var/lib/nvpmodel/status', machine.power.status)
    const modes = machine.power.modes.map(
      ([id, name]) => `< POWER_MODEL ID=${id} NAME=${name} >\nCPU_ONLINE CORE_0 1\n`
    )
    write('/etc/nvpmodel.conf', `# NVPMODEL\n${modes.join('')}< PM_CONFIG DEFAULT=0 >\n`)
  }
  if (machine.isContainer === true) write('/.dockerenv')
  for (const [path, text] of Object.entries(machine.files ?? {})) write(path, text)
  return { root, remove: () => rmSync(root, { recursive: true, force: true }) }
}

function deepStream(
  root: string,
  write: (path: string, text?: string) => void,
  { deepstream, linked }: FakeMachine & { deepstream: string }
): void {
  // 6.0.1 and 6.1.1 have three numbers in their folder's name too.
  const name = `deepstream-${linked ?? deepstream.replace(/\.0$/, '')}`
  const home = `/opt/nvidia/deepstream/${name}`
  write(`${home}/version`, `Version: ${deepstream}\nGCID: 35893744\n`)
  for (const library of [
    'libnvds_utils.so',
    'libnvds_nvmultiobjecttracker.so',
    'gst-plugins/libnvdsgst_multistream.so'
  ])
    write(`${home}/lib/${library}`)
  for (const script of ['install.sh', 'update_rtpmanager.sh', 'user_additional_install.sh']) write(`${home}/${script}`)
  symlinkSync(name, join(root, '/opt/nvidia/deepstream/deepstream'))
}

function jetson(
  write: (path: string, text?: string) => void,
  { l4t, soc = 'tegra234', model = 'NVIDIA Jetson Orin NX', hasNoReleaseFile }: FakeMachine & { l4t: string }
): void {
  const [release, ...revision] = l4t.split('.')
  if (hasNoReleaseFile !== true) {
    write(
      '/etc/nv_tegra_release',
      `# R${release} (release), REVISION: ${revision.join('.')}, GCID: 37537400, BOARD: generic, EABI: aarch64, DATE: Fri Sep 13 04:36:44 UTC 2024\n`
    )
  }
  write('/proc/device-tree/model', `${model}\0`)
  write('/proc/device-tree/compatible', `nvidia,p3768-0000+p3767-0000\0nvidia,p3767-0000\0nvidia,${soc}\0`)
}
