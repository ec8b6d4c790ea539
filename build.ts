/**
 * `./dev build [FOLDER]`: what ships, in build/ unless told.
 *   agent    vedette.js, engine.js, images.js, user_module.js, template_strategy.js, motion_strategy.js, addon, plugin,
 *            parser libraries, ONNX Runtime, sharp, its own page (www)
 *   console  the SvelteKit server with what it needs
 * Node refuses TypeScript under node_modules, so what ships is plain JavaScript (design 2.15).
 */
import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { build, type Plugin } from 'esbuild'

/** Ink looks for them when it is told to; they are not installed. */
const withoutDevtools: Plugin = {
  name: 'without-devtools',
  setup(build) {
    build.onLoad({ filter: /\/ink\/build\/devtools\.js$/ }, () => ({ contents: '' }))
  }
}

const OUT = process.argv[2] ?? 'build'
const arch = process.arch

rmSync(OUT, { recursive: true, force: true })
await buildAgent(join(OUT, 'agent'))
buildConsole(join(OUT, 'console'))
console.log(execFileSync('du', ['-sh', join(OUT, 'agent'), join(OUT, 'console')], { encoding: 'utf8' }).trim())

async function buildAgent(out: string): Promise<void> {
  mkdirSync(out, { recursive: true })
  await build({
    entryPoints: {
      vedette: 'agent/src/cli.ts',
      engine: 'agent/src/pipeline/process/engine_main.ts',
      user_module: 'agent/src/user_module/child_main.ts',
      images: 'agent/src/pipeline/images/process/image_main.ts',
      template_strategy: 'agent/src/pipeline/pixels/template.ts',
      motion_strategy: 'agent/src/pipeline/pixels/motion.ts'
    },
    outdir: out,
    bundle: true,
    // A process reads what it needs: help does not wait for the pipeline.
    splitting: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    sourcemap: 'linked',
    legalComments: 'linked',
    // Bundled CommonJS asks for `require`, which an ES module does not have.
    banner: {
      js: "import { createRequire as _createRequire } from 'node:module'; const require = _createRequire(import.meta.url);"
    },
    // Its binary lies in packages beside its own.
    external: ['sharp'],
    // React as it ships, and no developer tools of Ink's.
    define: { 'process.env.NODE_ENV': '"production"' },
    plugins: [withoutDevtools],
    logLevel: 'warning'
  })
  for (const file of readdirSync('native/build')) {
    if (!/^((vedette|sd_notify|kernel_clock)\.node|lib(gst)?vedette.*\.so)$/.test(file)) continue
    // Function names stay, for the backtrace of a crash.
    execFileSync('strip', ['--strip-debug', '-o', join(out, file), join('native/build', file)])
  }
  const runtime = dirname(
    realpathSync(createRequire(realpathSync('native/package.json')).resolve('onnxruntime-node/package.json'))
  )
  const library = join(runtime, 'bin/napi-v6/linux', arch, 'libonnxruntime.so.1')
  if (!existsSync(library)) throw new Error(`expected ONNX Runtime at ${library}; run ./dev setup`)
  cpSync(library, join(out, 'libonnxruntime.so.1'))
  cpSync('configs/box.yaml', join(out, 'box.example.yaml'))
  cpSync('configs', join(out, 'configs'), { recursive: true })
  const pages = createRequire(realpathSync('agent/package.json')).resolve('swagger-ui-dist/package.json')
  for (const file of ['swagger-ui.css', 'swagger-ui-bundle.js'])
    cpSync(join(dirname(pages), file), join(out, 'www', file))
  cpSync('agent/src/http/page', join(out, 'www'), { recursive: true })
  copySharp(out)
  finish(out, 'vedette-agent', { bin: { vedette: 'vedette.js' } })
}

function buildConsole(out: string): void {
  cpSync('console/build', out, { recursive: true })
  // better-sqlite3 cannot be bundled: its binary lies beside its JavaScript.
  copyModule('console', 'better-sqlite3', out)
  if (existsSync('console/migrations')) cpSync('console/migrations', join(out, 'migrations'), { recursive: true })
  finish(out, 'vedette-console', {})
}

function copyModule(owner: string, name: string, out: string): void {
  const resolve = createRequire(realpathSync(join(owner, 'package.json'))).resolve
  const from = dirname(realpathSync(resolve(`${name}/package.json`)))
  cpSync(from, join(out, 'node_modules', name), { recursive: true, filter: (path) => !/\/(deps|src)$/.test(path) })
}

/** With what it needs to run on this machine: its packages lie beside it, as it looks for them. */
function copySharp(out: string): void {
  const from = realpathSync('agent/node_modules/sharp')
  const names = ['detect-libc', 'semver', '@img/colour', `@img/sharp-linux-${arch}`, `@img/sharp-libvips-linux-${arch}`]
  for (const name of ['sharp', ...names]) {
    cpSync(realpathSync(join(from, '..', name)), join(out, 'node_modules', name), {
      recursive: true,
      filter: (path) => !/\/(src|install)$/.test(path)
    })
  }
}

function finish(out: string, name: string, more: object): void {
  const { version } = JSON.parse(readFileSync('agent/package.json', 'utf8')) as { version: string }
  writeFileSync(
    join(out, 'package.json'),
    `${JSON.stringify({ name, version, type: 'module', license: 'Apache-2.0', engines: { node: '>=24.15' }, ...more }, null, 2)}\n`
  )
  cpSync('LICENSE', join(out, 'LICENSE'))
}
