/** DeepStream and the machine it is on: do they fit? Pure. */

import { type Finding, ok, warning, wrong } from '../finding.ts'
import type { Machine } from '../host/machine.ts'
import type { Examination } from '../pipeline/examination.ts'
import { deepStreamVersion } from './deepstream_version.ts'
import { compareVersions, isSameRelease } from './dotted.ts'
import { type Release, releaseAfter, releaseOf, releasesForJetson } from './releases.ts'

export type Seen = { machine: Machine; examination: Examination }

const OLDEST = '6.1'
const NEWEST = '9.2'

export function deepStreamChecks(seen: Seen): Finding[] {
  const { machine } = seen
  if (!machine.deepstream.isThere)
    return [ok('DeepStream', 'not installed: the CPU elements are used'), platform(machine)]
  const { version, disagreeing } = knownVersion(seen)
  if (version === null) {
    return [
      wrong(
        'DeepStream',
        '/opt/nvidia/deepstream/deepstream is there, but nothing in it tells a version',
        'Install DeepStream again: the folder is not complete.'
      ),
      platform(machine)
    ]
  }
  const release = releaseOf(version)
  const checks = [versionCheck(version, release, disagreeing), platform(machine)]
  return release ? [...checks, ...fit(machine, release)] : checks
}

function knownVersion({ machine, examination }: Seen) {
  const { fileVersion, linkVersion, utilsLibrary } = machine.deepstream
  return deepStreamVersion({
    file: fileVersion,
    link: linkVersion,
    library: (utilsLibrary && examination.libraries[utilsLibrary]?.version) || null,
    plugin: examination.capabilities?.deepstreamPluginVersion ?? null
  })
}

function versionCheck(version: string, release: Release | null, disagreeing: string[]): Finding {
  if (disagreeing.length > 0) {
    return wrong(
      'DeepStream',
      `${version} by its version file, but ${disagreeing.join(' and ')}`,
      'Two releases are mixed: uninstall one (uninstall.sh of its folder), install the other again, then remove ~/.cache/gstreamer-1.0.'
    )
  }
  if (release === null) {
    return warning(
      'DeepStream',
      `${version}, which this agent does not know`,
      `It is made for ${OLDEST} to ${NEWEST}. Metadata of an unknown layout is refused, not misread.`
    )
  }
  if (!release.runsAgent) {
    return wrong(
      'DeepStream',
      `${version} (metadata class ${release.abi}), older than ${OLDEST}`,
      `Move to DeepStream ${OLDEST} or newer. ${version} belongs to Ubuntu 18.04 with glibc 2.27: Node 24 runs there only as an unofficial build for glibc 2.17, and the addon needs GStreamer 1.16.`
    )
  }
  return ok('DeepStream', `${version}, metadata class ${release.abi}`)
}

function platform({ platform: { kind, model, l4t, soc }, arch, gpus }: Machine): Finding {
  const gpu = gpus.map(({ name, computeCapability }) => `${name}${computeCapability ? ` (${computeCapability})` : ''}`)
  switch (kind) {
    case 'jetson':
      if (l4t === null) {
        return warning(
          'platform',
          `Jetson ${soc?.family ?? ''}, ${model ?? 'model unknown'}, L4T unknown`,
          'Mount /etc/nv_tegra_release into the container, so that the release can be checked.'
        )
      }
      return ok(
        'platform',
        `Jetson ${soc?.family ?? ''}, ${model ?? 'model unknown'}, L4T R${l4t.release}.${l4t.revision}`
      )
    case 'sbsa':
      return ok('platform', `ARM server, ${gpu.join(', ') || 'NVIDIA driver loaded'}`)
    case 'dgpu':
      return ok('platform', gpu.join(', ') || 'NVIDIA driver loaded')
    case 'none':
      return ok('platform', `${arch}, no NVIDIA GPU${model === null ? '' : `, ${model}`}`)
  }
}

function fit(machine: Machine, release: Release): Finding[] {
  const { kind } = machine.platform
  if (kind === 'jetson') return [jetsonFit(machine, release), ...libraries(machine, release)]
  if (kind === 'none') {
    const remedy = machine.isContainer
      ? 'Start the container with --gpus all (NVIDIA Container Toolkit), or use an image without DeepStream.'
      : 'Install the NVIDIA driver and reboot; without a GPU, uninstall DeepStream or set pipeline.family: cpu.'
    return [wrong('GPU', 'DeepStream is installed, but no NVIDIA GPU can be seen', remedy)]
  }
  return [serverFit(machine, release), driver(machine, release), ...libraries(machine, release)]
}

function jetsonFit({ platform: { l4t, soc } }: Machine, release: Release): Finding {
  const check = 'DeepStream on this Jetson'
  if (l4t === null || release.jetson === null) {
    return warning(check, `not in the table for ${release.version}`, 'Compare with the release notes of DeepStream.')
  }
  const number = `${l4t.release}.${l4t.revision}`
  const family = soc?.family ?? null
  const able = releasesForJetson(number, family)
  if (able.some(({ version }) => version === release.version))
    return ok(check, `${release.version} is made for R${number}`)
  const most = able.at(-1)
  const next = releaseAfter(most?.version ?? release.version, family)
  const later =
    next === null ? '' : ` For ${next.version} flash JetPack ${next.jetson!.jetpack} (L4T R${next.jetson!.l4t[0]}).`
  const who = `${family ?? 'Jetson'} with L4T R${number}`
  return wrong(
    check,
    `${release.version} is made for L4T R${release.jetson.l4t[0]} (JetPack ${release.jetson.jetpack}) on ${release.jetson.socs.join(' and ')}, this is ${who}`,
    most === undefined
      ? `No DeepStream from 5.0 to ${NEWEST} is known for ${who}.${later}`
      : `${who} can run at most DeepStream ${most.version}: install that one.${later}`
  )
}

function serverFit({ os, isContainer }: Machine, { version, server }: Release): Finding {
  const check = 'DeepStream on this system'
  if (server === null)
    return warning(check, `what ${version} needs is not in the table`, 'Compare with its release notes.')
  if (os.id === 'ubuntu' && os.version === server.ubuntu)
    return ok(check, `${version} is made for Ubuntu ${os.version}`)
  const found = `${version} is made for Ubuntu ${server.ubuntu}, this is ${os.name ?? 'an unknown system'}`
  const container = `nvcr.io/nvidia/deepstream:${compareVersions(version, '7.0') < 0 ? `${version}-devel` : `${version}-triton-multiarch`}`
  return warning(
    check,
    found,
    isContainer
      ? 'Take the container image of the same release.'
      : `Use NVIDIA's container (${container}) or Ubuntu ${server.ubuntu}.`
  )
}

function driver({ nvidia }: Machine, { version, server }: Release): Finding {
  if (nvidia.driver === null)
    return wrong('NVIDIA driver', 'not loaded', 'Install it (nvidia-driver package of the distribution) and reboot.')
  const needed = server?.driver ?? null
  if (needed !== null && compareVersions(nvidia.driver, needed) < 0) {
    return wrong(
      'NVIDIA driver',
      `${nvidia.driver}, older than the ${needed} that DeepStream ${version} needs`,
      `Install driver ${needed} or newer and reboot.`
    )
  }
  return ok('NVIDIA driver', nvidia.driver)
}

function libraries({ nvidia }: Machine, { version, server }: Release): Finding[] {
  const wanted = server === null ? null : { CUDA: server.cuda, TensorRT: server.tensorrt }
  return (['CUDA', 'TensorRT'] as const).map((name) => {
    const found = name === 'CUDA' ? nvidia.cuda : nvidia.tensorrt
    const made = wanted?.[name] ?? null
    if (found === null) {
      const install = `Install ${name}${made === null ? '' : ` ${made}`}, which DeepStream ${version} is made for.`
      return name === 'TensorRT' ? wrong(name, 'not found', install) : warning(name, 'no CUDA toolkit found', install)
    }
    // A Jetson's JetPack brings its own pair, which the L4T number stands for.
    if (made === null || isSameRelease(found, made) || nvidia.driver === null) return ok(name, found)
    return warning(
      name,
      `${found}; DeepStream ${version} is made for ${made}`,
      `Install ${name} ${made} if the pipeline fails to load a library.`
    )
  })
}
