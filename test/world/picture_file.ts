/** Tests take pictures for a person to look at, and for the README: into the folder that VEDETTE_PICTURES names. */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'

/** null: nobody wants them. */
export async function pictureFile(name: string): Promise<string | null> {
  const folder = process.env.VEDETTE_PICTURES
  if (!folder) return null
  await mkdir(folder, { recursive: true })
  return join(folder, `${name}.png`)
}
