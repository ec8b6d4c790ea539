export { buildPackage, modelsFolder } from './build.ts'
export { type ImportOptions, importModel } from './import.ts'
export { type Recipe, type RecipeName, recipes } from './recipes.ts'
export { readPackageFolder, type WrittenPackage, writePackage } from './write-package.ts'
