import { expect, onTestFinished, test } from 'vitest'
import type { Finding } from '../finding.ts'
import { readMachine } from '../host/machine.ts'
import { type FakeMachine, fakeTree } from '../host/testing/fake_tree.ts'
import { treeAt } from '../host/tree.ts'
import type { Examination } from '../pipeline/examination.ts'
import { deepStreamChecks } from './deepstream_checks.ts'
import { gstreamerChecks } from './gstreamer_checks.ts'
import { systemChecks } from './system_checks.ts'

const TRACKER = '/opt/nvidia/deepstream/deepstream/lib/libnvds_nvmultiobjecttracker.so'
const UTILS = '/opt/nvidia/deepstream/deepstream/lib/libnvds_utils.so'

/** What a machine with that plugin would answer. */
function examined(capabilities: Partial<NonNullable<Examination['capabilities']>> = {}): Examination {
  return {
    capabilities: {
      family: 'deepstream',
      gstreamerVersion: '1.20.3',
      decoders: { h264: ['nvv4l2decoder'], h265: ['nvv4l2decoder'], mjpeg: [], vp8: [], vp9: [], av1: [] },
      encoders: { h264: ['nvv4l2h264enc'], h265: [], mjpeg: ['nvjpegenc'] },
      onnxRuntimeVersion: null,
      onnxRuntimeError: 'not there',
      deepstreamVersion: null,
      deepstreamPluginVersion: null,
      rtpmanagerFile: null,
      blacklistedPlugins: [],
      missingElements: [],
      ...capabilities
    },
    error: null,
    elements: {},
    libraries: { [TRACKER]: { error: null, version: null }, [UTILS]: { error: null, version: null } }
  }
}

async function machineOf(fake: FakeMachine, arch: string) {
  const { root, remove } = fakeTree(fake)
  onTestFinished(remove)
  return readMachine(treeAt(root), arch, AbortSignal.timeout(20_000))
}

/** Of a Jetson with `l4t`, or a server with `driver`. */
async function deepStream(fake: FakeMachine, examination = examined()): Promise<Finding[]> {
  return deepStreamChecks({ machine: await machineOf(fake, fake.l4t ? 'arm64' : 'x64'), examination })
}

const named = (findings: Finding[], check: string) => findings.find((finding) => finding.check === check)

test.each([
  ['7.1.0', '36.4.3', 'tegra234'],
  ['7.1.0', '36.5.0', 'tegra234'],
  ['6.3.0', '35.6.0', 'tegra234'],
  ['6.2.0', '35.3.1', 'tegra194'],
  ['6.0.1', '32.7.4', 'tegra210'],
  ['8.0.0', '38.2.1', 'tegra264'],
  ['9.1.0', '39.2.0', 'tegra234'],
  ['9.1.0', '39.2.0', 'tegra264']
] as const)('DeepStream %s on L4T %s of a %s is a pair that belongs together', async (deepstream, l4t, soc) => {
  const found = named(await deepStream({ deepstream, l4t, soc }), 'DeepStream on this Jetson')
  expect(found).toMatchObject({ state: 'ok', remedy: null })
})

test.each([
  [
    '8.0.0',
    '36.4.3',
    'tegra234',
    'Orin with L4T R36.4.3 can run at most DeepStream 7.1: install that one. For 9.1 flash JetPack 7.2 (L4T R39.2).'
  ],
  ['9.1.0', '36.4.3', 'tegra234', 'can run at most DeepStream 7.1'],
  ['7.0.0', '36.4.0', 'tegra234', 'can run at most DeepStream 7.1'],
  ['7.1.0', '35.4.1', 'tegra194', 'Xavier with L4T R35.4.1 can run at most DeepStream 6.3: install that one.'],
  ['6.3.0', '32.7.1', 'tegra210', 'Nano with L4T R32.7.1 can run at most DeepStream 6.0.1: install that one.'],
  ['9.0.0', '39.2.0', 'tegra234', 'can run at most DeepStream 9.1']
] as const)(
  'DeepStream %s on L4T %s of a %s is wrong, and the remedy names what fits',
  async (deepstream, l4t, soc, remedy) => {
    const found = named(await deepStream({ deepstream, l4t, soc }), 'DeepStream on this Jetson')
    expect(found).toMatchObject({ state: 'wrong', remedy: expect.stringContaining(remedy) })
  }
)

test('a server wants the Ubuntu, driver, CUDA and TensorRT that its DeepStream is made for', async () => {
  const right = { deepstream: '7.1.0', driver: '535.183.06', cuda: '12.6.2', tensorrt: '10.3.0.26', ubuntu: '22.04' }
  expect((await deepStream(right)).filter(({ state }) => state !== 'ok')).toEqual([])
  const found = await deepStream({ ...right, driver: '525.85.12', cuda: '12.2.0', ubuntu: '20.04' })
  expect(named(found, 'NVIDIA driver')).toMatchObject({
    state: 'wrong',
    remedy: 'Install driver 535.183 or newer and reboot.'
  })
  expect(named(found, 'CUDA')).toMatchObject({ state: 'warning', found: expect.stringContaining('12.6') })
  expect(named(found, 'DeepStream on this system')).toMatchObject({
    state: 'warning',
    remedy: expect.stringContaining('nvcr.io/nvidia/deepstream:7.1-triton-multiarch')
  })
  expect(named(await deepStream({ deepstream: '7.1.0' }), 'GPU')).toMatchObject({ state: 'wrong' })
})

test.each([
  ['5.0.0', 'class A'],
  ['5.1.0', 'class A'],
  ['6.0.1', 'class B']
])('DeepStream %s is recognised, and told that it is too old and why', async (deepstream, abi) => {
  const found = named(await deepStream({ deepstream, driver: '470.63.01', ubuntu: '18.04' }), 'DeepStream')
  expect(found).toMatchObject({ state: 'wrong', found: expect.stringContaining(abi) })
  expect(found?.remedy).toMatch(/6\.1 or newer.*glibc 2\.27.*glibc 2\.17/)
})

test('answers about the version that differ are shown side by side', async () => {
  const mixed = examined({ deepstreamPluginVersion: '6.4' })
  mixed.libraries[UTILS] = { error: null, version: '7.1' }
  const found = named(
    await deepStream({ deepstream: '7.1.0', linked: '7.0', driver: '560.35.03' }, mixed),
    'DeepStream'
  )
  expect(found).toMatchObject({
    state: 'wrong',
    found: '7.1.0 by its version file, but plugin says 6.4 and link says 7.0'
  })
})

test('what DeepStream itself lacks is named with the way to get it', async () => {
  const fake = { deepstream: '9.1.0', driver: '595.58.03', ubuntu: '24.04', isContainer: true }
  const machine = await machineOf(fake, 'x64')
  const examination = examined({
    blacklistedPlugins: ['/opt/nvidia/lib/libnvdsgst_infer.so'],
    missingElements: ['rtspsrc', 'h264parse'],
    encoders: { h264: ['nvv4l2h264enc', 'x264enc'], h265: [], mjpeg: ['jpegenc'] },
    decoders: { h264: [], h265: [], mjpeg: [], vp8: [], vp9: [], av1: [] }
  })
  examination.elements.nvv4l2h264enc = { error: 'Device /dev/v4l2-nvenc failed', version: null }
  examination.libraries[TRACKER] = {
    error: 'libmosquitto.so.1: cannot open shared object file: No such file or directory',
    version: null
  }
  const found = gstreamerChecks({ machine, examination, rtpmanager: 'packaged' })
  expect(named(found, 'plugin registry')).toMatchObject({
    state: 'wrong',
    remedy: expect.stringContaining('gstreamer-1.0')
  })
  expect(named(found, 'GStreamer elements')?.remedy).toContain(
    'sudo apt-get install gstreamer1.0-plugins-good; sudo apt-get install gstreamer1.0-plugins-bad'
  )
  expect(named(found, 'decoder h264')).toMatchObject({
    state: 'wrong',
    remedy: expect.stringContaining('user_additional_install.sh')
  })
  expect(named(found, 'tracker library')?.remedy).toContain('sudo apt-get install libmosquitto1')
  expect(named(found, 'encoder h264')).toMatchObject({ state: 'ok', found: expect.stringContaining('Orin Nano') })
  expect(named(found, 'rtpmanager')).toMatchObject({
    state: 'warning',
    remedy: expect.stringContaining('update_rtpmanager.sh')
  })
  const stale = gstreamerChecks({ machine, examination: examined(), rtpmanager: 'replaced' })
  expect(named(stale, 'plugin registry')).toMatchObject({
    state: 'wrong',
    found: expect.stringContaining('nvstreammux')
  })
})

test('a system below the floors, without room, without time, is told so', async () => {
  const machine = await machineOf({ deepstream: null }, 'x64')
  const found = systemChecks(
    {
      node: '20.1.0',
      glibc: '2.27',
      memoryBytes: 2 ** 30,
      descriptors: 512,
      disk: { folder: '/var/lib/vedette', freeBytes: 2 ** 20, writeError: null },
      engineCache: null,
      maxSources: 32
    },
    { synchronised: false, uncertaintyMs: null },
    machine
  )
  const wrongs = found.filter(({ state }) => state === 'wrong').map(({ check }) => check)
  expect(wrongs).toEqual(['Node.js', 'C library', 'data folder', 'open files'])
  expect(named(found, 'clock')?.state).toBe('warning')
  expect(named(found, 'open files')?.remedy).toContain('LimitNOFILE=1024')
})

test('the engine cache is checked where engines are built: that it can be written, and that what it may take is free', async () => {
  const machine = await machineOf({ deepstream: '7.1.0', driver: '535.183.06' }, 'x64')
  const cache = { folder: '/var/lib/vedette/models/engines', freeBytes: 9 * 2 ** 30, writeError: null }
  const checked = (part: object) => {
    const engineCache = { ...cache, usedBytes: 2 ** 30, limitBytes: 4 * 2 ** 30, ...part }
    const system = {
      node: '24.15.0',
      glibc: '2.36',
      memoryBytes: 2 ** 33,
      descriptors: null,
      disk: null,
      maxSources: 4
    }
    return named(
      systemChecks({ ...system, engineCache }, { synchronised: true, uncertaintyMs: 3.25 }, machine),
      'engine cache'
    )
  }
  expect(checked({})).toMatchObject({ state: 'ok', found: expect.stringContaining('1.0 GiB of at most 4.0 GiB used') })
  expect(checked({ freeBytes: 2 ** 30 })).toMatchObject({
    state: 'warning',
    remedy: expect.stringContaining('pipeline.engineCacheBytes')
  })
  expect(checked({ writeError: '/var/lib/vedette cannot be written (EROFS)' })).toMatchObject({
    state: 'wrong',
    remedy: expect.stringContaining('/var/lib/vedette/models/engines writable')
  })
})
