/** One frame of the footage as a JPEG, as a camera's snapshot would be. */
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { FOOTAGE } from './cache.ts'

/** The first so many frames. */
export async function filmPictures(count: number): Promise<Buffer[]> {
  const folder = await mkdtemp(join(tmpdir(), 'vedette-pictures-'))
  try {
    const pipeline = `filesrc location=${FOOTAGE} ! qtdemux ! h264parse ! avdec_h264 ! videoconvert ! identity eos-after=${count + 1} ! jpegenc quality=92 ! multifilesink location=${folder}/%05d.jpg`
    await promisify(execFile)('gst-launch-1.0', ['-q', ...pipeline.split(' ')])
    const names = Array.from({ length: count }, (_, i) => `${String(i).padStart(5, '0')}.jpg`)
    return await Promise.all(names.map((name) => readFile(join(folder, name))))
  } finally {
    await rm(folder, { recursive: true })
  }
}
