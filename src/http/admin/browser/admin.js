// What the pages do better with a script. Everything works without it.

const zoned = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' })

/** Times in the zone of the reader; UTC is where the pointer rests, and for a screen reader behind it. */
for (const time of document.querySelectorAll('time[datetime]')) {
  const at = new Date(time.dateTime)
  if (!Number.isNaN(at.getTime())) time.textContent = zoned.format(at)
}

followJob(document.querySelector('[data-job]'))
beginDownload(document.querySelector('[data-download]'))
for (const code of document.querySelectorAll('code[data-copy]')) offerCopy(code)

function followJob(place) {
  if (!place) return
  const bar = document.getElementById('progress')
  const text = document.getElementById('progress-text')
  const said = document.getElementById('progress-said')
  const log = document.getElementById('log')
  // What was there when the page was made is told again.
  log.textContent = ''
  const events = new EventSource(place.dataset.job)
  let phase = ''
  events.addEventListener('progress', ({ data }) => {
    const progress = JSON.parse(data)
    const done = progress.records ?? progress.bytes ?? 0
    if (progress.total) bar.value = Math.min(100, Math.floor((100 * done) / progress.total))
    else bar.removeAttribute('value')
    text.textContent = wordsOf(progress)
    // Not each number: whoever listens would hear nothing else.
    if (progress.phase !== phase) said.textContent = progress.phase
    phase = progress.phase
  })
  events.addEventListener('log', ({ data }) => {
    const atEnd = log.scrollTop + log.clientHeight >= log.scrollHeight - 4
    log.append(`${JSON.parse(data).line}\n`)
    if (atEnd) log.scrollTop = log.scrollHeight
  })
  events.addEventListener('end', () => {
    events.close()
    location.reload()
  })
  events.addEventListener('error', () => {
    // The browser tries again by itself while it may; it may not when the session is over.
    if (events.readyState === EventSource.CLOSED) location.reload()
  })
}

function wordsOf({ phase, model, records, bytes }) {
  const parts = [phase.charAt(0).toUpperCase() + phase.slice(1)]
  if (model) parts.push(model)
  if (records !== null) parts.push(`${records.toLocaleString('en-US')} records`)
  if (bytes !== null) parts.push(sizeOf(bytes))
  return parts.join(' · ')
}

function sizeOf(bytes) {
  const units = ['bytes', 'kB', 'MB', 'GB', 'TB']
  let unit = 0
  let value = bytes
  while (value >= (unit === 0 ? 1000 : 999.5) && unit < units.length - 1) {
    value /= 1000
    unit += 1
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : Number(value.toFixed(1))} ${units[unit]}`
}

function beginDownload(place) {
  if (place) location.assign(place.dataset.download)
}

function offerCopy(code) {
  if (!navigator.clipboard) return
  const button = document.createElement('button')
  button.type = 'button'
  button.className = 'plain'
  button.textContent = 'Copy'
  button.setAttribute('aria-label', `Copy ${code.dataset.copy}`)
  button.addEventListener('click', () => {
    navigator.clipboard.writeText(code.textContent).then(
      () => (button.textContent = 'Copied'),
      () => (button.textContent = 'Not copied'),
    )
  })
  code.after(' ', button)
}
