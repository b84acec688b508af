import { createHash } from 'node:crypto'
import { adminStyle } from './admin-style.js'
import { escapeHtml } from './escape-html.js'
import type { ErrorBody } from './error-answer.js'

export interface AdminPage {
  /** Where the form is sent to: this page's own address. */
  readonly action: string
  /** With several databases the form asks for a name; with one there is nothing to choose. */
  readonly severalDatabases: boolean
  /** Whether people may come in with their own accounts. */
  readonly withAccounts: boolean
  readonly failure?: ErrorBody
}

/** What the page may do: show its own style and send its form here. Nothing is loaded, no script runs. */
export const adminContentSecurity = {
  'default-src': ["'none'"],
  'style-src': [`'sha256-${createHash('sha256').update(adminStyle).digest('base64')}'`],
  'form-action': ["'self'"],
  'base-uri': ["'none'"],
  'frame-ancestors': ["'none'"],
}

/** A whole page with one form, which works without a script. */
export function renderAdminPage(page: AdminPage): string {
  const title = page.failure ? 'The export did not start' : 'Export the database'
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} – Octavo</title>
<style>${adminStyle}</style>
</head>
<body>
<main>
<h1>Export the database</h1>
${page.failure ? renderFailure(page.failure) : ''}
<p>You get one file with the complete database, or a message that says why not.</p>
${page.withAccounts ? accountForm(page) : ''}
<form method="post" action="${escapeHtml(page.action)}">
<input type="text" value="backup" autocomplete="username" readonly hidden>
<label for="key">Backup API key</label>
<input id="key" name="key" type="password" required${page.withAccounts ? '' : ' autofocus'} autocomplete="current-password"
 spellcheck="false" aria-describedby="key-help"${keyIsWrong(page) ? ' aria-invalid="true"' : ''}>
<p id="key-help" class="help">The value of <code>BACKUP_API_KEY</code>. It is sent with this form
only, and the service keeps it nowhere.</p>
${exportFields(page, 'key')}
<p class="help">A large database takes some minutes before the download begins. Leave this page open
until then.</p>
</form>
</main>
</body>
</html>
`
}

function accountForm(page: AdminPage): string {
  const invalid = page.failure?.code === 'login-wrong' ? ' aria-invalid="true"' : ''
  return `<form method="post" action="${escapeHtml(page.action)}">
<h2>With your account</h2>
<label for="username">Name</label>
<input id="username" name="username" type="text" required autofocus autocomplete="username"
 spellcheck="false" autocapitalize="none"${invalid}>
<label for="password">Password</label>
<input id="password" name="password" type="password" required autocomplete="current-password"${invalid}>
<p class="help">The account that you log in here with, or to the app where its staff may.</p>
${exportFields(page, 'account')}
</form>
<h2>With the key</h2>`
}

/** What both forms ask; ids are of one form only. */
function exportFields(page: AdminPage, form: string): string {
  return `${page.severalDatabases ? databaseField(form) : ''}
<label class="check"><input type="checkbox" name="verify" value="true">
Prove it first by restoring it into a scratch database</label>
<button type="submit">Export Complete Database</button>`
}

function databaseField(form: string): string {
  const id = `database-of-${form}`
  return `<label for="${id}">Database (optional)</label>
<input id="${id}" name="database" type="text" autocomplete="off" spellcheck="false"
 aria-describedby="${id}-help">
<p id="${id}-help" class="help">Its configured name. Left empty: the first one.</p>`
}

function keyIsWrong({ failure }: AdminPage): boolean {
  return failure?.code === 'unauthorized'
}

function renderFailure({ code, message, hint }: ErrorBody): string {
  const wrongKey = code === 'unauthorized'
  const says = wrongKey ? 'That key is not known here.' : `${capitalise(message)}.`
  const next = wrongKey ? 'Copy it again from the settings of the service, and mind spaces.' : hint
  return `<div role="alert" class="failure"><p><strong>${escapeHtml(says)}</strong></p>
<p>${escapeHtml(next)}</p><p class="help">Code: <code>${escapeHtml(code)}</code></p></div>`
}

function capitalise(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
