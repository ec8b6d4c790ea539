/** The box's own page: its cameras, how they are, and what happened. Asks the same API as everybody. */
const SOURCES_MS = 2_000
const HEALTH_MS = 5_000
const SNAPSHOT_MS = 2_000
const EVENTS = 50
const ALERTS = 30
/** Moving pictures for so many; a browser holds six connections to one host, and the API needs some of them. */
const MOVING = 3

const TONES = {
  live: 'good',
  running: 'good',
  connecting: 'busy',
  stalled: 'warn',
  backing_off: 'warn',
  auth_failed: 'bad',
  unsupported: 'bad',
  disabled: 'off',
  idle: 'off'
}
const WORDS = { backing_off: 'backing off', auth_failed: 'password refused' }
const SEVERITIES = { error: 'bad', warning: 'warn' }

const element = (id) => document.getElementById(id)
const cards = new Map()
let events = []

class SignedOut extends Error {}

async function ask(path, options) {
  const answer = await fetch(path, options)
  if (answer.status === 401) throw new SignedOut()
  return answer
}

async function start() {
  await Promise.all([tellHealth(), tellSources(), tellEvents(), tellAlerts()])
  element('sign-in').hidden = true
  element('main').hidden = false
  keep(tellHealth, HEALTH_MS)
  keep(tellSources, SOURCES_MS)
  keep(tellAlerts, HEALTH_MS)
  element('held').addEventListener('change', () => tellAlerts())
  listen()
}

/** Again and again; what is old stays on the page, greyed, while the box does not answer. */
function keep(tell, everyMs) {
  setTimeout(async () => {
    try {
      if (!document.hidden) await tell()
      document.body.classList.remove('stale')
    } catch (error) {
      if (error instanceof SignedOut) return signIn()
      document.body.classList.add('stale')
      summary('bad', 'The box does not answer')
    }
    keep(tell, everyMs)
  }, everyMs)
}

async function tellHealth() {
  const health = await (await ask('health')).json()
  const stats = await (await ask('stats')).json()
  document.title = `${health.box} · Vedette`
  element('name').textContent = health.box
  const count = health.reasons.length
  if (count === 0) summary('good', 'All is well')
  else
    summary(
      health.engine.state === 'running' ? 'warn' : 'bad',
      count === 1 ? '1 thing is wrong' : `${count} things are wrong`
    )
  element('reasons').replaceChildren(
    ...health.reasons.map((reason) => Object.assign(document.createElement('li'), { textContent: reason }))
  )
  figures({
    Live: `${stats.active_streams}`,
    Viewers: `${stats.total_viewers}`,
    Sent: bytes(stats.total_bytes_sent),
    Up: duration(stats.uptime_seconds),
    Console: health.console ? health.console.state : 'none'
  })
  showStrategies(Object.entries(health.strategies))
  const held = Object.values(health.alerts.held).reduce((sum, n) => sum + n, 0)
  element('alert-count').textContent = `${health.alerts.sent} sent, ${held} held back`
  for (const [id, { fps, analysedFps }] of Object.entries(health.cameras)) {
    const card = cards.get(id)
    if (card) card.rates = `${fps.toFixed(1)} fps, ${analysedFps.toFixed(1)} analysed`
  }
}

function showStrategies(strategies) {
  element('strategies-section').hidden = strategies.length === 0
  element('strategies').replaceChildren(
    ...strategies.map(([name, { state, reason, fps, lookMs, dropped, found }]) => {
      const line = element('strategy').content.firstElementChild.cloneNode(true)
      const part = (of) => line.querySelector(of)
      part('.strategy-name').textContent = name
      part('.badge').dataset.tone = state === 'backing_off' ? 'bad' : reason !== '' ? 'warn' : (TONES[state] ?? 'busy')
      part('.state').textContent = WORDS[state] ?? state
      const time = lookMs === null ? [] : [`${lookMs.toFixed(lookMs < 10 ? 1 : 0)} ms a frame`]
      const late = dropped === 0 ? [] : [`${dropped} frames left out`]
      part('.facts').textContent = [`${fps.toFixed(1)} fps`, ...time, `${found} found`, ...late].join(' · ')
      part('.reason').textContent = reason
      return line
    })
  )
}

async function tellSources() {
  const { sources } = await (await ask('v1/sources')).json()
  element('camera-count').textContent = sources.length === 0 ? '' : `${sources.length}`
  element('no-cameras').hidden = sources.length > 0
  for (const [id, card] of cards) {
    if (sources.some((source) => source.id === id)) continue
    hide(card)
    card.node.remove()
    cards.delete(id)
  }
  for (const [i, source] of sources.entries()) show(source, i)
}

function show(source, place) {
  const card = cards.get(source.id) ?? made(source)
  const part = (name) => card.node.querySelector(name)
  part('.camera-name').textContent = source.name
  part('.camera-name').title = source.id
  part('.badge').dataset.tone = TONES[source.state] ?? 'off'
  part('.state').textContent = WORDS[source.state] ?? source.state
  part('.reason').textContent = source.reason
  const size = source.width === null ? [] : [`${source.width}×${source.height}`]
  const latency = source.latencyMs === null ? [] : [`${Math.round(source.latencyMs)} ms`]
  const kind = source.origin === 'api' ? ['started over the API'] : []
  part('.facts').textContent = [...size, ...(card.rates ? [card.rates] : []), ...latency, ...kind].join(' · ')
  const isLive = source.state === 'live'
  part('.no-picture').textContent = isLive ? '' : 'No picture'
  if (isLive) look(card, source, place)
  else hide(card)
}

function made(source) {
  const node = element('camera').content.firstElementChild.cloneNode(true)
  const card = { node, image: node.querySelector('img'), timer: null, rates: '' }
  card.image.alt = `Picture of ${source.name}`
  const link = node.querySelector('.picture')
  link.ariaLabel = `Larger picture of ${source.name}`
  link.href = `v1/sources/${encodeURIComponent(source.id)}/mjpeg?width=1280&fps=10`
  element('cameras').append(node)
  cards.set(source.id, card)
  return card
}

function look(card, { id }, place) {
  const at = `v1/sources/${encodeURIComponent(id)}`
  const mode = place < MOVING ? 'moving' : 'still'
  if (card.mode === mode) return
  hide(card)
  card.mode = mode
  if (mode === 'moving') {
    card.image.src = `${at}/mjpeg?width=480&fps=5`
    card.image.onerror = () => hide(card)
    return
  }
  const next = () => {
    if (!document.hidden) card.image.src = `${at}/snapshot?width=480&at=${Date.now()}`
  }
  card.timer = setInterval(next, SNAPSHOT_MS)
  next()
}

function hide(card) {
  clearInterval(card.timer)
  card.mode = null
  card.image.onerror = null
  // Without this a browser reads on.
  card.image.removeAttribute('src')
}

async function tellAlerts() {
  const which = element('held').checked ? '' : '&held=0'
  const { alerts } = await (await ask(`v1/alerts?limit=${ALERTS}${which}`)).json()
  element('no-alerts').hidden = alerts.length > 0
  element('alerts').replaceChildren(
    ...alerts.map(({ at, severity, isOver, message, outcome, why }) => {
      const line = listLine(at, isOver || outcome !== 'sent' ? '' : SEVERITIES[severity], message)
      if (outcome === 'sent') return line
      const held = document.createElement('span')
      held.className = 'why'
      held.textContent = `held back: ${why}`
      line.append(held)
      return line
    })
  )
}

/** One of a list: when, and what. */
function listLine(at, tone, words) {
  const line = document.createElement('li')
  line.dataset.tone = tone ?? ''
  const time = document.createElement('time')
  time.dateTime = at
  time.title = at
  time.textContent = new Date(at).toLocaleTimeString([], { hour12: false })
  const what = document.createElement('span')
  what.className = 'what'
  what.textContent = words
  line.append(time, what)
  return line
}

async function tellEvents() {
  events = (await (await ask(`v1/events?limit=${EVENTS}`)).json()).events
  showEvents()
}

function listen() {
  const socket = new WebSocket(new URL('ws/dashboard', document.baseURI.replace(/^http/, 'ws')))
  const ping = setInterval(() => socket.readyState === WebSocket.OPEN && socket.send('ping'), 25_000)
  socket.onmessage = ({ data }) => {
    const message = data === 'pong' ? null : JSON.parse(data)
    if (message?.type !== 'event') return
    events = [message.data, ...events].slice(0, EVENTS)
    showEvents()
  }
  socket.onclose = () => {
    clearInterval(ping)
    setTimeout(() => tellEvents().then(listen, listen), HEALTH_MS)
  }
}

function showEvents() {
  element('no-events').hidden = events.length > 0
  element('events').replaceChildren(
    ...events.map(({ at, severity, words }) => listLine(at, SEVERITIES[severity], words))
  )
}

function summary(tone, words) {
  element('summary').dataset.tone = tone
  element('summary-text').textContent = words
}

function figures(all) {
  element('figures').replaceChildren(
    ...Object.entries(all).map(([name, value]) => {
      const pair = document.createElement('div')
      pair.append(
        Object.assign(document.createElement('dt'), { textContent: name }),
        Object.assign(document.createElement('dd'), { textContent: value })
      )
      return pair
    })
  )
}

function bytes(count) {
  const units = ['B', 'KB', 'MB', 'GB', 'TB']
  const power = count < 1000 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(count) / 3))
  return `${(count / 1000 ** power).toFixed(power === 0 ? 0 : 1)} ${units[power]}`
}

function duration(seconds) {
  if (seconds < 120) return `${seconds} s`
  if (seconds < 7200) return `${Math.floor(seconds / 60)} min`
  return seconds < 172_800 ? `${Math.floor(seconds / 3600)} h` : `${Math.floor(seconds / 86_400)} days`
}

function signIn() {
  element('main').hidden = true
  element('sign-in').hidden = false
  summary('off', 'Signed out')
}

element('sign-in').addEventListener('submit', async (event) => {
  event.preventDefault()
  const token = new FormData(event.target).get('token')
  const headers = { 'content-type': 'application/json' }
  const answer = await fetch('v1/session', { method: 'POST', headers, body: JSON.stringify({ token }) })
  if (answer.status === 204) location.reload()
  else
    element('sign-in-fault').textContent =
      answer.status === 401 ? 'That is not the token of this box.' : 'The box does not answer.'
})

start().catch((error) => {
  if (error instanceof SignedOut) signIn()
  else summary('bad', 'The box does not answer')
})
