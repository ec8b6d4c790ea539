/** Whether a file is still the one that its Debian package brought: dpkg keeps the MD5 of each. */
import type { Tree } from './tree.ts'

export type Origin = 'packaged' | 'replaced' | 'unknown'

export async function originOf(tree: Tree, file: string, owner: string): Promise<Origin> {
  const now = await tree.md5(file)
  if (now === '') return 'unknown'
  // /lib is a link to /usr/lib since the merge of the two; packages list either.
  const names = new Set([file, file.replace(/^\/lib\//, '/usr/lib/')].map((path) => path.slice(1)))
  const lists = (await tree.list('/var/lib/dpkg/info')).filter(
    (name) => name.startsWith(owner) && name.endsWith('.md5sums')
  )
  for (const list of lists) {
    for (const line of (await tree.text(`/var/lib/dpkg/info/${list}`)).split('\n')) {
      const [sum, name] = line.split(/\s+/, 2)
      if (name !== undefined && names.has(name)) return sum === now ? 'packaged' : 'replaced'
    }
  }
  return 'unknown'
}
