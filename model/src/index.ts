export { type ArchiveEntry, archiveIndex, archiveName, packageArchive, readArchive } from './archive.ts'
export { checkFit, type Fit, type FitOptions } from './check.ts'
export { ModelError, type ModelErrorCode } from './error.ts'
export { type Family, type FamilyName, families, familyNames, type Preprocessing, type Thresholds } from './families.ts'
export { type InferConfig, type InferInput, parserLibrary, writeNvinfer } from './nvinfer.ts'
export { inspectOnnx, type OnnxPort, type OnnxSummary } from './onnx.ts'
export {
  checkContents,
  describeFiles,
  FileRecord,
  Manifest,
  type PackageContents,
  type PackageFile,
  packageFiles,
  packageFolder,
  parseLabels,
  parseManifest,
  writeManifest
} from './package.ts'
export { sha256 } from './sha256.ts'
