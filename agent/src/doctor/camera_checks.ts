/** The cameras of the box, a line for each stream; what a camera sends is for `vedette probe` to say. Pure. */
import { connectionWords } from '../connection_words.ts'
import { type Finding, ok, warning } from '../finding.ts'
import type { CameraFact, StreamFact } from './camera_facts.ts'

/** A camera that is away is no fault of this machine: it is told as a warning. */
export function cameraChecks(cameras: readonly CameraFact[], settingsFile: string | null): Finding[] {
  return cameras.flatMap(({ id, streams }) => streams.flatMap((stream) => streamCheck(id, stream, settingsFile)))
}

function streamCheck(id: string, stream: StreamFact, settingsFile: string | null): Finding[] {
  const check = stream.isDetection ? `${id}, detectUrl` : id
  const { place, reached, isSame } = stream
  if (isSame)
    return [warning(check, 'the same address as url', 'Leave detectUrl out, or give the smaller stream of the camera.')]
  if ('ms' in reached) return [ok(check, place.includes('://') ? `${place} answers` : place)]
  const found = `${place}: ${words(reached)}`
  const more = place.includes('://') ? ` vedette probe ${id} --config ${settingsFile ?? 'FILE'} tells more.` : ''
  return [warning(check, found, `${remedy(place, reached.code)}${more}`)]
}

function words(reached: { code: string; message: string }): string {
  if (reached.code === 'ENOENT') return 'not there'
  if (reached.code === 'EACCES') return 'this user may not read it'
  return connectionWords(reached)
}

function remedy(place: string, code: string): string {
  if (code === 'EACCES')
    return place.startsWith('/dev/')
      ? 'Add the user that runs the agent to the group video.'
      : 'Let the user that runs the agent read it.'
  if (code === 'ENOENT')
    return place.startsWith('/dev/') ? 'Plug the camera in (v4l2-ctl --list-devices).' : 'Check the path.'
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'Check the name, or give the address itself.'
  if (code === 'ECONNREFUSED') return 'Check the port, and that RTSP is on in the camera.'
  return 'Check its power, cable and address.'
}
