/** Inference: its runtime and the packages it would run. Pure. */

import { type Finding, ok, warning, wrong } from '../finding.ts'
import type { Examination } from '../pipeline/examination.ts'
import type { ModelFact } from './model_facts.ts'

export function modelChecks({ capabilities }: Examination, models: readonly ModelFact[]): Finding[] {
  return [...runtime(capabilities), ...models.map(modelPackage)]
}

function runtime(capabilities: Examination['capabilities']): Finding[] {
  if (capabilities === null) return []
  const { onnxRuntimeVersion, onnxRuntimeError, family } = capabilities
  const check = 'ONNX Runtime'
  if (onnxRuntimeVersion !== null) return [ok(check, onnxRuntimeVersion)]
  const found = onnxRuntimeError ?? 'not found'
  const remedy = 'Reinstall the agent (it brings libonnxruntime.so.1), or name the library in VEDETTE_ONNXRUNTIME.'
  return [
    family === 'deepstream'
      ? warning(check, `${found}; TensorRT is used instead`, `${remedy} It is needed for pipeline.family: cpu only.`)
      : wrong(check, found, remedy)
  ]
}

function modelPackage({ folder, name, error }: ModelFact): Finding {
  return error === null
    ? ok(`model ${name}`, folder)
    : wrong(
        'model',
        `${folder}: ${error}`,
        'Make or download the package again (vedette model import), or take it out of the settings.'
      )
}
