/** Texts of a form, on the server and, when it came back refused, on the page. */

export function text(form: FormData, name: string): string {
  const value = form.get(name)
  return typeof value === 'string' ? value.trim() : ''
}

/** What has several values is a list with commas. */
export function formOf(values: Record<string, string>): FormData {
  const form = new FormData()
  for (const [name, value] of Object.entries(values)) form.set(name, value)
  return form
}

/** `car, truck`; ticked, typed or both, each once. */
export function labels(form: FormData, name: string): string[] {
  const all = form.getAll(name).flatMap((value) => (typeof value === 'string' ? value.split(',') : []))
  return [...new Set(all.map((label) => label.trim()))].filter((label) => label !== '')
}

/** An empty field is no number: the check says so, where 0 would pass unseen. */
export function number(form: FormData, name: string): number {
  const typed = text(form, name)
  return typed === '' ? Number.NaN : Number(typed)
}
