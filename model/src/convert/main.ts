// node model/src/convert/main.ts [--only ssd|nanodet] [--cache DIR]: makes the packages that are not there yet.
import { parseArgs } from 'node:util'
import { buildPackage, modelsFolder } from './build.ts'
import { type RecipeName, recipes } from './recipes.ts'

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
