import { copyFileSync, renameSync } from 'node:fs'
import adapter from '@sveltejs/adapter-node'
import { sveltekit } from '@sveltejs/kit/vite'
import { defineConfig } from 'vite'

const node = adapter()

/** adapter-node's server, with our entry.js before it. */
const withEntry: typeof node = {
  ...node,
  async adapt(builder) {
    await node.adapt(builder)
    renameSync('build/index.js', 'build/listen.js')
    copyFileSync('entry.js', 'build/index.js')
  }
}

export default defineConfig({
  // What ships is one folder: the adapter bundles all but `dependencies`, which is the module with a binary beside it.
  plugins: [sveltekit({ adapter: withEntry })]
})
