/** Other programs' figures. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { access, constants } from 'node:fs/promises'
import { delimiter, join } from 'node:path'

const LIMIT_MS = 5000

/** What a program prints, or its first lines if it goes on for ever; null when it is not there or fails. */
export async function outputOf(
  program: string,
  args: string[],
  signal: AbortSignal,
  lines?: number
): Promise<string | null> {
  if (!(await isInstalled(program))) return null
  const child = spawn(program, args, {
    stdio: ['ignore', 'pipe', 'ignore'],
    signal: AbortSignal.any([signal, AbortSignal.timeout(LIMIT_MS)])
  })
  const failed = once(child, 'error').then(() => null)
  const read = async () => {
    let text = ''
    for await (const chunk of child.stdout.setEncoding('utf8')) {
      text += String(chunk)
      if (lines !== undefined && text.split('\n').length > lines) {
        child.kill()
        return text
      }
    }
    const code = child.exitCode ?? (await once(child, 'exit'))[0]
    return code === 0 ? text : null
  }
  return Promise.race([failed, read().catch(() => null)])
}

/** Looked up before anything is forked, which holds up a process of this size: few machines have all these programs. */
async function isInstalled(program: string): Promise<boolean> {
  const folders = (process.env.PATH ?? '').split(delimiter)
  const found = await Promise.allSettled(folders.map((folder) => access(join(folder, program), constants.X_OK)))
  return found.some(({ status }) => status === 'fulfilled')
}
