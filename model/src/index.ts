export { type ArchiveEntry, archiveIndex, archiveName, packageArchive, readArchive } from './archive.ts'
export { checkClassifier, checkFit, type Fit, type FitOptions } from './check.ts'
export { ModelError, type ModelErrorCode } from './error.ts'
export { type Family, type FamilyName, families, familyNames, type Preprocessing, type Thresholds } from './families.ts'
export { type Ini, parseIni, writeIni } from './ini.ts'
export { type InferConfig, type InferInput, parserLibrary, writeClassifier, writeNvinfer } from './nvinfer.ts'
export { inspectOnnx, type OnnxPort, type OnnxSummary } from './onnx.ts'
export {
  calibrationFile,
  checkContents,
  describeFiles,
  FileRecord,
  labelsOf,
  labelsText,
  type Manifest,
  type PackageContents,
  type PackageFile,
  packageFiles,
  packageFolder,
  parseLabels,
  parseManifest,
  type Task,
  tasks,
  writeManifest
} from './package.ts'
export { checkPackage } from './package_fit.ts'
export { sha256 } from './sha256.ts'
