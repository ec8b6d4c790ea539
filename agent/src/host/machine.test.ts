import { expect, onTestFinished, test } from 'vitest'
import { parseDetails } from './gpu_details.ts'
import { type Machine, readMachine } from './machine.ts'
import { parseDriver } from './nvidia_versions.ts'
import { originOf } from './packaged_file.ts'
import { parseL4t } from './platform.ts'
import { type FakeMachine, fakeTree } from './testing/fake_tree.ts'
import { treeAt } from './tree.ts'

async function read(machine: FakeMachine, arch = 'x64'): Promise<Machine> {
  const { root, remove } = fakeTree(machine)
  onTestFinished(remove)
  return readMachine(treeAt(root), arch, AbortSignal.timeout(20_000))
}

test.each([
  [{ deepstream: '5.1.0' }, ['5.1.0', '5.1']],
  [{ deepstream: '6.0.1' }, ['6.0.1', '6.0.1']],
  [{ deepstream: '6.3.0' }, ['6.3.0', '6.3']],
  [{ deepstream: '7.1.0' }, ['7.1.0', '7.1']],
  [{ deepstream: '9.2.0' }, ['9.2.0', '9.2']],
  [{ deepstream: '7.1.0', linked: '6.4' }, ['7.1.0', '6.4']],
  [{ deepstream: null }, [null, null]]
])('DeepStream of %j is told by its version file and by where its link leads', async (machine, [file, link]) => {
  const { deepstream } = await read(machine)
  expect(deepstream).toMatchObject({ isThere: machine.deepstream !== null, fileVersion: file, linkVersion: link })
})

test('a Jetson is known by its release file, and in a container by the device tree and its packages', async () => {
  const jetson = await read({ deepstream: '7.1.0', l4t: '36.4.3' }, 'arm64')
  expect(jetson.platform).toMatchObject({
    kind: 'jetson',
    model: 'NVIDIA Jetson Orin NX',
    l4t: { release: 36, revision: '4.3' },
    soc: { family: 'Orin', computeCapability: '8.7' }
  })
  const container = { deepstream: '7.1.0', l4t: '36.4.3', hasNoReleaseFile: true, isContainer: true }
  expect(await read(container, 'arm64')).toMatchObject({ isContainer: true, platform: { kind: 'jetson', l4t: null } })
  const status =
    'Package: nvidia-l4t-core\nStatus: install ok installed\nVersion: 36.4.0-20240912212859\n\nPackage: z\n'
  const mounted = await read({ ...container, files: { '/var/lib/dpkg/status': status } }, 'arm64')
  expect(mounted.platform.l4t).toEqual({ release: 36, revision: '4.0' })
})

test('a server has an NVIDIA driver, an ARM server too; a PC without one has no platform of NVIDIA', async () => {
  expect((await read({ deepstream: '7.1.0', driver: '535.183.06' })).platform.kind).toBe('dgpu')
  expect((await read({ deepstream: '9.1.0', driver: '595.58.03' }, 'arm64')).platform.kind).toBe('sbsa')
  expect((await read({ deepstream: null })).platform.kind).toBe('none')
})

test('versions of driver, CUDA and TensorRT are read from files', async () => {
  const server = { deepstream: '7.1.0', driver: '535.183.06', cuda: '12.6.2', tensorrt: '10.3.0.26' }
  expect((await read(server)).nvidia).toEqual({ driver: '535.183.06', cuda: '12.6.2', tensorrt: '10.3.0.26' })
  const old = { deepstream: '5.0.0', files: { '/usr/local/cuda/version.txt': 'CUDA Version 10.2.300\n' } }
  expect((await read(old)).nvidia).toEqual({ driver: null, cuda: '10.2.300', tensorrt: null })
  const open = 'NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  590.48.01  Release Build'
  expect(parseDriver(open)).toBe('590.48.01')
})

test('the power mode of a Jetson has a name, and the fastest one is not the one with the highest number', async () => {
  const modes: [number, string][] = [
    [0, '15W'],
    [1, '25W'],
    [2, 'MAXN_SUPER'],
    [3, '7W']
  ]
  const cpu = '/sys/devices/system/cpu/cpu0/cpufreq'
  const files = { [`${cpu}/scaling_min_freq`]: '729600\n', [`${cpu}/scaling_max_freq`]: '1728000\n' }
  const nano = { deepstream: null, l4t: '36.4.3', power: { status: 'pmode:0001 fmode:fanNull\n', modes }, files }
  expect((await read(nano, 'arm64')).power).toEqual({
    mode: '25W',
    isFastest: false,
    fastest: { id: 2, name: 'MAXN_SUPER' },
    areClocksHeld: false
  })
  const held = { ...files, [`${cpu}/scaling_min_freq`]: '1728000\n' }
  const fast = { ...nano, power: { status: 'pmode:0002\n', modes }, files: held }
  expect((await read(fast, 'arm64')).power).toMatchObject({ mode: 'MAXN_SUPER', isFastest: true, areClocksHeld: true })
  expect((await read({ deepstream: null })).power).toBeNull()
})

test('a file that a package brought is told from one that replaced it', async () => {
  const file = '/usr/lib/x86_64-linux-gnu/gstreamer-1.0/libgstrtpmanager.so'
  const { root, remove } = fakeTree({
    deepstream: null,
    files: {
      [file]: 'as packaged',
      '/var/lib/dpkg/info/gstreamer1.0-plugins-good:amd64.md5sums': `8e4de1f4bd0b5d71dfb8bb2d6e3d0f0a  usr/lib/other.so\n`
    }
  })
  onTestFinished(remove)
  const tree = treeAt(root)
  const owner = 'gstreamer1.0-plugins-good'
  expect(await originOf(tree, file, owner)).toBe('unknown')
  const sums = (sum: string) => ({
    [file]: 'as packaged',
    '/var/lib/dpkg/info/gstreamer1.0-plugins-good:amd64.md5sums': `${sum}  ${file.slice(1)}\n`
  })
  const own = fakeTree({ deepstream: null, files: sums(await tree.md5(file)) })
  onTestFinished(own.remove)
  expect(await originOf(treeAt(own.root), file.replace('/usr', ''), owner)).toBe('unknown')
  expect(await originOf(treeAt(own.root), file, owner)).toBe('packaged')
  const other = fakeTree({ deepstream: null, files: sums('8e4de1f4bd0b5d71dfb8bb2d6e3d0f0a') })
  onTestFinished(other.remove)
  expect(await originOf(treeAt(other.root), file, owner)).toBe('replaced')
})

test('what a program prints of a GPU is read with and without its compute capability', () => {
  expect(parseDetails('NVIDIA H100 80GB HBM3, 81559, 9.0\nNVIDIA T1000, [N/A], [N/A]\n')).toEqual([
    { name: 'NVIDIA H100 80GB HBM3', memoryBytes: 81_559 * 2 ** 20, computeCapability: '9.0' },
    { name: 'NVIDIA T1000', memoryBytes: null, computeCapability: null }
  ])
  expect(parseDetails('NVIDIA A10, 23028\n')).toEqual([
    { name: 'NVIDIA A10', memoryBytes: 23_028 * 2 ** 20, computeCapability: null }
  ])
  expect(parseL4t('# R32 (release), REVISION: 7.1, GCID: 29818004')).toEqual({ release: 32, revision: '7.1' })
  expect(parseL4t('')).toBeNull()
})
