/** When a rule is in force, as the form has it: rows of days, each with a beginning and an end. */
import type { Day, Schedule } from '@vedette/protocol'
import { text } from '#lib/form_data.ts'

export type Hours = Schedule['hours'][number]

export const dayWords: Record<Day, string> = {
  mon: 'Mon',
  tue: 'Tue',
  wed: 'Wed',
  thu: 'Thu',
  fri: 'Fri',
  sat: 'Sat',
  sun: 'Sun'
}
export const days = Object.keys(dayWords) as Day[]
/** As many as a rule may have. */
export const MOST_ROWS = 32

/** Rows without a day are none; without any row it is in force always. */
export function scheduleIn(form: FormData): { schedule?: Schedule } {
  const hours = Array.from({ length: MOST_ROWS }, (_, i) => ({
    days: days.filter((day) => form.has(`hours.${i}.${day}`)),
    from: text(form, `hours.${i}.from`),
    to: text(form, `hours.${i}.to`)
  })).filter(({ days }) => days.length > 0)
  return hours.length === 0 ? {} : { schedule: { zone: text(form, 'schedule.zone'), hours } }
}
