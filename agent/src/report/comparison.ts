/** How a compared model does beside the one in charge, as `up/health` says it. Pure. */
import type { ModelComparison } from '@vedette/protocol'

/** As the engine counts it; classes are those of the model in charge. */
export interface Compared {
  frames: number
  perClass: { class: number; first: number; shadow: number; matched: number }[]
  iouMean: number
}

export interface ComparisonFacts {
  comparison: Compared
  /** In the order of the stages: the model in charge is first, the compared one last. */
  stages: { inferMs: number }[]
  /** Name and version of the compared one. */
  model: string
  labels: readonly string[]
  engineRssBytesBefore: number | null
}

export function comparisonHealth({ comparison, stages, model, labels, ...rest }: ComparisonFacts): ModelComparison {
  const { frames, perClass, iouMean } = comparison
  const sum = (of: 'first' | 'shadow' | 'matched') => perClass.reduce((total, one) => total + one[of], 0)
  return {
    model,
    frames,
    agreement: share(sum('matched'), sum('first')),
    agreementBack: share(sum('matched'), sum('shadow')),
    iouMean: iouMean < 0 ? null : Math.min(1, iouMean),
    classes: perClass.map(({ class: index, first, shadow, matched }) => ({
      label: labels[index] ?? `class ${index}`,
      inCharge: first,
      compared: shadow,
      both: matched
    })),
    inferMs: { inCharge: known(stages[0]?.inferMs), compared: known(stages.at(-1)?.inferMs) },
    ...rest
  }
}

function share(part: number, whole: number): number | null {
  return whole === 0 ? null : Math.round((1000 * part) / whole) / 1000
}

/** The engine says -1 for what it does not know. */
function known(ms: number | undefined): number | null {
  return ms === undefined || ms < 0 ? null : Math.round(ms * 10) / 10
}
