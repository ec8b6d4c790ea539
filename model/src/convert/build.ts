import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { archiveName } from '../archive.ts'
import { families } from '../families.ts'
import { writeNvinfer } from '../nvinfer.ts'
import { packageFolder } from '../package.ts'
import type { Recipe } from './recipes.ts'
import { writePackage } from './write_package.ts'
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
    { name, version, task: 'detection', family, licence, source, labels },
    {
      'labels.txt': Buffer.from(`${labels.join('\n')}\n`),
      'model.onnx': writeOnnx(graph, 'vedette'),
      'nvinfer.txt': Buffer.from(nvinfer)
    }
  )
  return { folder, wasThere: false }
}
