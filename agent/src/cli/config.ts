/** `vedette config check FILE`. */
import { loadSettings } from '../settings.ts'
import { UsageError } from './usage_error.ts'

export async function configCommand(args: string[]): Promise<void> {
  const [verb, file, ...rest] = args
  if (verb !== 'check' || file === undefined || rest.length > 0)
    throw new UsageError('expected: vedette config check FILE')
  const { box, console: told, cameras } = loadSettings(file)
  const where = told ? `console ${told.url}` : `no console, cameras: ${Object.keys(cameras).join(', ') || 'none'}`
  console.log(`${file} is right: box ${box.id}, ${where}`)
}
