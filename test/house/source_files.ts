/** The TypeScript and Svelte files of the house, and what each imports. */
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'

export const root = fileURLToPath(new URL('../..', import.meta.url))

export interface Import {
  from: string
  /** As written, such as `./topics.ts` or `mqtt`. */
  name: string
  /** The file it means, when it is one of ours. */
  file: string | null
  /** Gone at run time. */
  isType: boolean
}

/** Committed files and new ones that git does not ignore. */
export function houseFiles(): string[] {
  const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { cwd: root })
  return listed
    .toString()
    .split('\n')
    .filter((file) => file !== '' && existsSync(join(root, file)))
}

export function importsOf(file: string): Import[] {
  const text = readFileSync(join(root, file), 'utf8')
  const scripts = file.endsWith('.svelte')
    ? [...text.matchAll(/<script[^>]*>([\s\S]*?)<\/script>/g)].map((match) => match[1]!).join('\n')
    : text
  const found: Import[] = []
  const add = (node: ts.Node | undefined, isType: boolean) => {
    if (!node || !ts.isStringLiteralLike(node)) return
    found.push({ from: file, name: node.text, file: resolve(file, node.text), isType })
  }
  const visit = (node: ts.Node) => {
    if (ts.isImportDeclaration(node)) add(node.moduleSpecifier, node.importClause?.isTypeOnly ?? false)
    else if (ts.isExportDeclaration(node)) add(node.moduleSpecifier, node.isTypeOnly)
    else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword)
      add(node.arguments[0], false)
    ts.forEachChild(node, visit)
  }
  visit(ts.createSourceFile(file, scripts, ts.ScriptTarget.Latest))
  return found
}

function resolve(from: string, name: string): string | null {
  const path = name.startsWith('$lib/') ? `console/src/lib/${name.slice(5)}` : normalize(join(dirname(from), name))
  return name.startsWith('.') || name.startsWith('$lib/') ? path : null
}
