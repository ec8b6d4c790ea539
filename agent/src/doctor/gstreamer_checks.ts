/** GStreamer: the elements that the pipeline is made of, and whether they open. Pure. */

import { type Finding, ok, warning, wrong } from '../finding.ts'
import type { Examination } from '../pipeline/examination.ts'
import type { Seen } from './deepstream_checks.ts'
import { compareVersions } from './dotted.ts'
import { remedyFor } from './element_packages.ts'

const OLDEST = '1.16.0'

export interface GStreamerFacts extends Seen {
  /** Whether rtpmanager is the file of its package. */
  rtpmanager: 'packaged' | 'replaced' | 'unknown'
}

export function gstreamerChecks(facts: GStreamerFacts): Finding[] {
  const { examination, machine } = facts
  const { capabilities } = examination
  if (capabilities === null) {
    return [
      wrong(
        'GStreamer',
        `could not be asked: ${examination.error}`,
        'Reinstall the agent and libgstreamer1.0-0; see the message for the library that is missing.'
      )
    ]
  }
  const version = capabilities.gstreamerVersion
  return [
    compareVersions(version, OLDEST) < 0
      ? wrong('GStreamer', `${version}, older than ${OLDEST}`, 'Use Ubuntu 20.04 or Debian 11, or newer.')
      : ok('GStreamer', version),
    ...registry(facts),
    elements(capabilities.missingElements, machine.isContainer && machine.deepstream.hasCodecScript),
    ...decoders(facts),
    ...encoders(facts),
    ...deepStreamParts(facts)
  ]
}

function registry({ examination, machine }: Seen): Finding[] {
  const { capabilities } = examination
  const blacklisted = capabilities?.blacklistedPlugins ?? []
  const clear = `rm -r ${machine.registryFolder} as the user that runs the agent`
  if (blacklisted.length > 0) {
    return [
      wrong(
        'plugin registry',
        `leaves out ${blacklisted.map((file) => file.split('/').at(-1)).join(', ')}: crashed or failed when scanned`,
        `${clear}, then look again. If it comes back, load it by hand to see why: GST_DEBUG=GST_PLUGIN_LOADING:5 gst-inspect-1.0 FILE.`
      )
    ]
  }
  if (machine.deepstream.isThere && capabilities !== null && capabilities.deepstreamPluginVersion === null) {
    return [
      wrong(
        'plugin registry',
        'DeepStream is installed, but GStreamer does not know nvstreammux',
        `${clear}. If that does not help, run /opt/nvidia/deepstream/deepstream/install.sh again: it links the plugins to where GStreamer looks.`
      )
    ]
  }
  return [ok('plugin registry', 'no plugin is left out')]
}

function elements(missing: readonly string[], hasNoCodecs: boolean): Finding {
  if (missing.length === 0) return ok('GStreamer elements', 'all that the pipeline needs')
  const remedies = [...new Set(missing.map(remedyFor))]
  return wrong(
    'GStreamer elements',
    `missing: ${missing.join(', ')}`,
    `${hasNoCodecs ? 'In this container run /opt/nvidia/deepstream/deepstream/user_additional_install.sh; else: ' : ''}${remedies.join('; ')}.`
  )
}

/** The codecs of cameras. Whatever else can be decoded is a gift. */
const CAMERA_CODECS = ['h264', 'h265'] as const

function decoders({ examination, machine }: Seen): Finding[] {
  const { capabilities } = examination
  return CAMERA_CODECS.map((codec) => {
    const check = `decoder ${codec}`
    const names = capabilities?.decoders[codec] ?? []
    const [best] = names
    if (best === undefined) {
      const remedy =
        machine.isContainer && machine.deepstream.hasCodecScript
          ? 'NVIDIA left the codecs out of this image: run /opt/nvidia/deepstream/deepstream/user_additional_install.sh.'
          : `${remedyFor(`avdec_${codec}`)}.`
      return codec === 'h264' ? wrong(check, 'none', remedy) : warning(check, 'none', remedy)
    }
    const error = errorOf(examination, best)
    if (error === null) return ok(check, names.join(', '))
    const other = names[1] === undefined ? '' : ` (next: ${names[1]})`
    return wrong(check, `${best} does not open: ${error}${other}`, decoderRemedy(best))
  })
}

function decoderRemedy(element: string): string {
  return element.startsWith('nv')
    ? 'Check the driver (nvidia-smi), and in a container that it was started with the video capability (NVIDIA_DRIVER_CAPABILITIES=all).'
    : `${remedyFor(element)}, or name it in VEDETTE_DISABLE_DECODERS.`
}

/** Live view of what a camera sends needs no encoder; only pictures made here do. */
function encoders({ examination }: Seen): Finding[] {
  const { capabilities } = examination
  const jpeg = (capabilities?.encoders.mjpeg ?? []).filter((name) => errorOf(examination, name) === null)
  const h264 = (capabilities?.encoders.h264 ?? []).filter((name) => errorOf(examination, name) === null)
  const refused = (capabilities?.encoders.h264 ?? []).filter((name) => name.startsWith('nv') && !h264.includes(name))
  const without =
    refused.length === 0
      ? ''
      : `; ${refused.join(', ')} does not open: this chip has no encoder (an Orin Nano has none)`
  return [
    jpeg.length === 0
      ? wrong('encoder jpeg', 'none opens: no previews, no snapshots', `${remedyFor('jpegenc')}.`)
      : ok('encoder jpeg', jpeg.join(', ')),
    h264.length === 0
      ? warning(
          'encoder h264',
          `none opens${without}`,
          `${remedyFor('x264enc')} to encode on the CPU, or use JPEG previews only.`
        )
      : ok('encoder h264', `${h264.join(', ')}${without}`)
  ]
}

function deepStreamParts({ examination, machine, rtpmanager }: GStreamerFacts): Finding[] {
  const { trackerLibrary, hasRtpmanagerScript, isThere } = machine.deepstream
  if (!isThere) return []
  const found: Finding[] = []
  if (trackerLibrary === null) {
    found.push(wrong('tracker library', 'libnvds_nvmultiobjecttracker.so is missing', 'Install DeepStream again.'))
  } else {
    const error = examination.libraries[trackerLibrary]?.error ?? null
    found.push(
      error === null
        ? ok('tracker library', 'loads')
        : wrong(
            'tracker library',
            error,
            error.includes('libmosquitto')
              ? 'sudo apt-get install libmosquitto1: the tracker of DeepStream 9 needs it.'
              : 'Install the library that the message names; ldd shows all that are missing.'
          )
    )
  }
  if (rtpmanager === 'packaged') {
    const script = hasRtpmanagerScript
      ? 'Run /opt/nvidia/deepstream/deepstream/update_rtpmanager.sh'
      : 'Build it with NVIDIA’s patch'
    found.push(
      warning(
        'rtpmanager',
        "the distribution's own: a pipeline can hang when an RTSP camera ends its stream",
        `${script}. The agent does not wait for that end, and restarts an engine that hangs.`
      )
    )
  } else {
    found.push(
      ok('rtpmanager', rtpmanager === 'replaced' ? "replaced, as DeepStream's script does" : 'of unknown origin')
    )
  }
  return found
}

function errorOf({ elements: tried }: Examination, name: string): string | null {
  return tried[name]?.error ?? null
}
