/** The screen of a terminal as a picture, drawn by a browser: to be looked at, and for the README. */
import { startBrowser } from './browser.ts'
import { pictureFile } from './picture_file.ts'
import type { Cell, Terminal } from './terminal.ts'

/** xterm's first sixteen colours, as most terminals draw them on black. */
const PALETTE = [
  '#1d1f21',
  '#e06c75',
  '#7ec07e',
  '#e0b458',
  '#61afef',
  '#c678dd',
  '#56b6c2',
  '#c5c8c6',
  '#8a8f98',
  '#ff7b85',
  '#98d898',
  '#ffd27a',
  '#82c4ff',
  '#dd9bf0',
  '#7fd6e0',
  '#ffffff'
]

export async function lookAtTerminal(terminal: Terminal, name: string): Promise<void> {
  const path = await pictureFile(name)
  if (path === null) return
  const rows = terminal.cells().map(line)
  const browser = await startBrowser()
  try {
    const page = await browser.newPage({ deviceScaleFactor: 1.5 })
    await page.setContent(
      `<pre style="margin:0;padding:14px;display:inline-block;background:#1d1f21;color:#d5d8d6;font:14px/18px 'DejaVu Sans Mono',monospace">${rows.join('\n')}</pre>`
    )
    await page.locator('pre').screenshot({ path })
  } finally {
    await browser.close()
  }
}

/** Neighbours that look alike are one, so that no gap shows between them. */
function line(row: Cell[]): string {
  const runs: Cell[] = []
  for (const cell of row) {
    const last = runs.at(-1)
    const isSame = last?.color === cell.color && last.isBold === cell.isBold && last.isInverse === cell.isInverse
    if (last && isSame) last.chars += cell.chars
    else runs.push({ ...cell })
  }
  return runs.map(span).join('')
}

function span({ chars, color, isBold, isInverse }: Cell): string {
  const text = chars.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
  const own = PALETTE[color] ?? '#d5d8d6'
  const styles = isInverse ? `background:${own};color:#1d1f21` : `color:${own}`
  return `<span style="${styles}${isBold ? ';font-weight:bold' : ''}">${text}</span>`
}
