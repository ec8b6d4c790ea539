/** What lies under /opt/nvidia/deepstream: the versions that the files tell, and the libraries to try. */
import type { Tree } from './tree.ts'

const HOME = '/opt/nvidia/deepstream/deepstream'

export interface DeepStreamFiles {
  /** The folder is there, of whatever version. */
  isThere: boolean
  /** First line of the file `version`: 7.1.0. */
  fileVersion: string | null
  /** Where the link `deepstream` leads: deepstream-7.1. */
  linkVersion: string | null
  /** All that are installed beside each other: 6.4, 7.1. */
  installed: string[]
  trackerLibrary: string | null
  utilsLibrary: string | null
  /** NVIDIA's script that fetches the codecs left out of its containers. */
  hasCodecScript: boolean
  /** NVIDIA's script that builds the patched rtpmanager. */
  hasRtpmanagerScript: boolean
}

export async function readDeepStreamFiles(tree: Tree): Promise<DeepStreamFiles> {
  const [version, real, beside, libraries, files] = await Promise.all([
    tree.text(`${HOME}/version`),
    tree.real(HOME),
    tree.list('/opt/nvidia/deepstream'),
    tree.list(`${HOME}/lib`),
    tree.list(HOME)
  ])
  const library = (name: string) => (libraries.includes(name) ? `${HOME}/lib/${name}` : null)
  const folder = /^deepstream-(\d+\.\d+(?:\.\d+)?)$/
  return {
    isThere: real !== '',
    // `Version: 7.1.0`; newer ones add a line with a build number and a date.
    fileVersion: /(\d+\.\d+(?:\.\d+)?)/.exec(version.split('\n')[0] ?? '')?.[1] ?? null,
    linkVersion: folder.exec(real.split('/').at(-1) ?? '')?.[1] ?? null,
    installed: beside.flatMap((name) => folder.exec(name)?.[1] ?? []),
    trackerLibrary: library('libnvds_nvmultiobjecttracker.so'),
    utilsLibrary: library('libnvds_utils.so'),
    hasCodecScript: files.includes('user_additional_install.sh'),
    hasRtpmanagerScript: files.includes('update_rtpmanager.sh')
  }
}
