/** Whether one model can be compared with another on the same frames. Pure. */

interface ComparedModel {
  name: string
  version: string
  sha256: string
  task: string
  labels: readonly string[]
}

/** In words; empty when it can. */
export function whyNotComparable(inCharge: ComparedModel | undefined, compared: ComparedModel | undefined): string {
  if (compared === undefined) return 'There is no such model; it may have been removed. Choose another one.'
  const name = `${compared.name} ${compared.version}`
  if (inCharge === undefined) return `There is nothing to compare ${name} with: choose a model for the box first.`
  if (compared.sha256 === inCharge.sha256) return `${name} is the model of the box: choose another one to compare.`
  if (compared.task !== 'detection') return `${name} is for ${compared.task}: only detectors are compared.`
  if (!compared.labels.some((label) => inCharge.labels.includes(label))) {
    return `${name} finds nothing that ${inCharge.name} ${inCharge.version} finds: they have no label in common, such as ${inCharge.labels[0]}.`
  }
  return ''
}
