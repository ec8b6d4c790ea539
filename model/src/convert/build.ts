// node model/src/convert/build.ts [--only ssd|nanodet] [--cache DIR]: makes the packages that are not there yet.
import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { archiveName } from '../archive.ts'
import { families } from '../families.ts'
import { writeNvinfer } from '../nvinfer.ts'
import { packageFolder } from '../package.ts'
import { type Recipe, type RecipeName, recipes } from './recipes.ts'
import { writePackage } from './write-package.ts'
import { writeOnnx } from './writer.ts'

export function modelsFolder(cache = process.env.VEDETTE_CACHE): string {
  const folder = cache ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'vedette')
  return join(folder, 'models')
}

/** The package's folder; made only when it is not there. */
export async function buildPackage(recipe: Recipe, parent: string): Promise<{ folder: string; wasThere: boolean }> {
  const folder = join(parent, packageFolder(recipe))
  if (existsSync(join(folder, 'model.yaml')) && existsSync(join(parent, archiveName(recipe)))) {
    return { folder, wasThere: true }
  }
  const { graph, labels } = await recipe.make()
  const [, channels, height, width] = graph.inputs[0]!.shape as [number, number, number, number]
  const nvinfer = writeNvinfer({
    family: recipe.family,
    input: { channels, height, width, layout: 'NCHW' },
    classes: labels.length,
    preprocessing: recipe.preprocessing,
    thresholds: families[recipe.family].thresholds
  })
  const { name, version, family, licence, source } = recipe
  await writePackage(
    parent,
    { name, version, family, licence, source, labels },
    {
      'labels.txt': Buffer.from(`${labels.join('\n')}\n`),
      'model.onnx': writeOnnx(graph, 'vedette'),
      'nvinfer.txt': Buffer.from(nvinfer)
    }
  )
  return { folder, wasThere: false }
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { only: { type: 'string' }, cache: { type: 'string' } } })
  const known = Object.keys(recipes) as RecipeName[]
  if (values.only !== undefined && !known.includes(values.only as RecipeName)) {
    throw new Error(`--only ${values.only}: expected one of ${known.join(', ')}.`)
  }
  for (const name of known.filter((known) => values.only === undefined || values.only === known)) {
    const started = performance.now()
    const { folder, wasThere } = await buildPackage(recipes[name], modelsFolder(values.cache))
    const seconds = ((performance.now() - started) / 1000).toFixed(1)
    console.log(wasThere ? `${folder} is there` : `${folder} made in ${seconds} s`)
  }
}

if (import.meta.main) await main()
