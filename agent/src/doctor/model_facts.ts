/** The model packages that this box would run: those that its settings name, and those that its console sent. */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { checkContents, parseManifest } from '@vedette/model'

export interface ModelFact {
  folder: string
  /** `nanodet-coco 1.0.0`, or why it cannot be run. */
  name: string | null
  error: string | null
}

export async function modelFacts(named: readonly string[], dataDir: string): Promise<ModelFact[]> {
  const store = join(dataDir, 'models', 'packages')
  const sent = await readdir(store).catch(() => [])
  return Promise.all([...named, ...sent.map((name) => join(store, name))].map(readPackage))
}

async function readPackage(folder: string): Promise<ModelFact> {
  try {
    const manifest = parseManifest(await readFile(join(folder, 'model.yaml'), 'utf8'))
    const files = await Promise.all(
      Object.keys(manifest.files).map(
        async (file) => [file, new Uint8Array(await readFile(join(folder, file)))] as const
      )
    )
    await checkContents(manifest, Object.fromEntries(files))
    return { folder, name: `${manifest.name} ${manifest.version}`, error: null }
  } catch (error) {
    return { folder, name: null, error: (error as Error).message }
  }
}
