import type { ComponentChildren, VNode } from 'preact'
import { mayDo, type Person, type Right } from '../../../core/people.js'
import { Notice, PostForm } from './parts.js'

/** What every page knows of who asked for it. */
export interface Visit {
  /** Where the pages stand: `/admin`. */
  readonly base: string
  /** Null before the login. */
  readonly person: Person | null
  readonly csrf: string
  /** What the last form that was sent has done, told once. */
  readonly told: string | null
  readonly files: BrowserAddresses
  /** The address of this page, without the base: `/backups`. */
  readonly path: string
}

export interface BrowserAddresses {
  readonly style: string
  readonly script: string
}

export interface PageProps {
  readonly visit: Visit
  readonly title: string
  readonly children: ComponentChildren
  /** Without a script the page is asked for again after so many seconds. */
  readonly refreshSeconds?: number
  /** Goes on by itself to this address: a download, after which the page stays. */
  readonly goOn?: string
}

const places: readonly (readonly [path: string, name: string, right: Right])[] = [
  ['/', 'Overview', 'view'],
  ['/backups', 'Backups', 'view'],
  ['/restore', 'Restore', 'restore'],
  ['/jobs', 'Jobs', 'view'],
  ['/schedules', 'Schedules', 'view'],
  ['/stores', 'Stores', 'view'],
  ['/notifications', 'Notifications', 'view'],
  ['/keys', 'Keys', 'keys'],
  ['/users', 'Users', 'users'],
  ['/audit', 'Audit', 'audit'],
  ['/settings', 'Settings', 'view'],
]

/** A whole page. */
export function Page({ visit, title, children, refreshSeconds, goOn }: PageProps): VNode {
  const { files, person, told } = visit
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>{`${title} – Octavo`}</title>
        <link rel="stylesheet" href={files.style} />
        <script src={files.script} defer />
        {refreshSeconds !== undefined && (
          <noscript>
            <meta http-equiv="refresh" content={String(refreshSeconds)} />
          </noscript>
        )}
        {goOn !== undefined && (
          <noscript>
            <meta http-equiv="refresh" content={`1; url=${goOn}`} />
          </noscript>
        )}
      </head>
      <body>
        <a class="skip" href="#main">
          Skip to the content
        </a>
        <Top visit={visit} />
        <main id="main" tabIndex={-1} class={person ? undefined : 'narrow'}>
          {told !== null && <Notice tone="good" title={told} />}
          {children}
        </main>
      </body>
    </html>
  )
}

function Top({ visit }: { readonly visit: Visit }): VNode {
  const { base, person, csrf, path } = visit
  if (!person)
    return (
      <header class="top">
        <p class="brand">Octavo</p>
      </header>
    )
  const shown = places.filter(([, , right]) => mayDo(person.role, right))
  return (
    <header class="top">
      <p class="brand">
        <a href={`${base}/`}>Octavo</a>
      </p>
      <nav aria-label="Pages">
        <ul>
          {shown.map(([place, name]) => (
            <li key={place}>
              <a href={base + place} aria-current={currentOf(place, path)}>
                {name}
              </a>
            </li>
          ))}
        </ul>
      </nav>
      <div class="person">
        <a href={`${base}/account`} aria-current={currentOf('/account', path)}>
          {person.name}
        </a>
        <span class="role">{person.role}</span>
        <PostForm action={`${base}/log-out`} csrf={csrf}>
          <button type="submit" class="plain">
            Log out
          </button>
        </PostForm>
      </div>
    </header>
  )
}

function currentOf(place: string, path: string): 'page' | 'true' | undefined {
  if (path === place) return 'page'
  return place !== '/' && path.startsWith(`${place}/`) ? 'true' : undefined
}
