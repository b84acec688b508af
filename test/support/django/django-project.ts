import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import Database from 'better-sqlite3'
import type { Test } from 'tap'
import { cliPath } from '../../cli/octavo.js'
import { docBlock } from '../doc-block.js'
import { freePort } from '../free-port.js'
import { pythonWith } from '../python-with.js'

/** A Python that has Django; undefined where there is none. */
export const djangoPython = pythonWith('django')

export const noDjango =
  djangoPython === undefined && 'no Python with Django here: apt-get install python3-django'

export const key = 'a-key-of-the-tests-0123456789abcdef'

export interface DjangoProject {
  readonly folder: string
  readonly port: number
  readonly env: Readonly<Record<string, string>>
  /** What starts the app. */
  readonly command: readonly string[]
  /** The cookies of somebody who is logged in, and the token that a form sends. */
  readonly staff: Readonly<Record<string, string>>
  readonly user: Readonly<Record<string, string>>
}

const csrf = 'c'.repeat(32)

/**
 * A small project with the views of the docs, a database with users and pairs of records, and a view
 * that writes one pair.
 */
export async function makeDjangoProject(
  t: Test,
  options: { readonly journal: 'delete' | 'wal'; readonly views: string },
): Promise<DjangoProject> {
  // The path of a socket is short: the folders of tap are not.
  const folder = mkdtempSync(join(tmpdir(), 'octavo-django-'))
  t.teardown(() => rmSync(folder, { recursive: true, force: true }))
  mkdirSync(join(folder, 'lab'))
  mkdirSync(join(folder, 'bin'))
  const script = `#!/bin/sh\nexec "${process.execPath}" "${cliPath}" "$@"\n`
  writeFileSync(join(folder, 'bin/octavo'), script, { mode: 0o755 })
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  const views = docBlock('beside-django.md', options.views)
  writeFileSync(join(folder, 'octavo_views.py'), views)
  writeFileSync(join(folder, 'urls.py'), urlsOf(views))
  const port = await freePort()
  const env = {
    PATH: [join(folder, 'bin'), process.env['PATH']].join(delimiter),
    TMPDIR: folder,
    DATABASE_URL: 'db.sqlite3',
    BACKUP_API_KEY: key,
    PORT: String(port),
    PYTHONUNBUFFERED: '1',
  }
  const python = djangoPython ?? 'python3'
  const made = spawnSync(python, ['prepare.py'], { cwd: folder, env, encoding: 'utf8' })
  if (made.status !== 0) throw new Error(`the project could not be made: ${made.stderr}`)
  const database = new Database(join(folder, 'db.sqlite3'))
  database.pragma(`journal_mode = ${options.journal}`)
  database.close()
  const [staff = '', user = ''] = made.stdout.trim().split(' ')
  const cookies = (session: string) => ({
    cookie: `sessionid=${session}; csrftoken=${csrf}`,
    'x-csrftoken': csrf,
  })
  const command = [python, 'manage.py', 'runserver', '--noreload', `127.0.0.1:${port}`]
  return { folder, port, env, command, staff: cookies(staff), user: cookies(user) }
}

/** As the docs have it: a route whose view the file does not hold is left out. */
function urlsOf(views: string): string {
  const lines = docBlock('beside-django.md', 'urls.py').split('\n')
  if (views.includes('def backup_archived(')) return lines.join('\n')
  return lines.filter((line) => !line.includes('backup_archived')).join('\n')
}

const files = {
  'settings.py': `
SECRET_KEY = 'x' * 50
DEBUG = False
ALLOWED_HOSTS = ['*']
ROOT_URLCONF = 'project_urls'
INSTALLED_APPS = ['django.contrib.auth', 'django.contrib.contenttypes',
                  'django.contrib.sessions', 'lab']
MIDDLEWARE = ['django.middleware.security.SecurityMiddleware',
              'django.middleware.gzip.GZipMiddleware',
              'django.middleware.http.ConditionalGetMiddleware',
              'django.contrib.sessions.middleware.SessionMiddleware',
              'django.middleware.common.CommonMiddleware',
              'django.middleware.csrf.CsrfViewMiddleware',
              'django.contrib.auth.middleware.AuthenticationMiddleware',
              'django.middleware.clickjacking.XFrameOptionsMiddleware']
DATABASES = {'default': {'ENGINE': 'django.db.backends.sqlite3', 'NAME': 'db.sqlite3',
                         'OPTIONS': {'timeout': 20}}}
DEFAULT_AUTO_FIELD = 'django.db.models.BigAutoField'
USE_TZ = True
`,
  'manage.py': `
import os, sys
os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'settings')
from django.core.management import execute_from_command_line
execute_from_command_line(sys.argv)
`,
  'lab/__init__.py': '',
  'lab/models.py': `
from django.db import models

class Left(models.Model):
    note = models.TextField()

class Right(models.Model):
    left = models.ForeignKey(Left, on_delete=models.CASCADE)
`,
  'lab/views.py': `
from django.db import transaction
from django.http import HttpResponse
from django.views.decorators.csrf import csrf_exempt
from .models import Left, Right

@csrf_exempt
def write(request):
    with transaction.atomic():
        left = Left.objects.create(note='ä' * 200)
        Right.objects.create(left=left)
    return HttpResponse(str(left.pk))
`,
  'project_urls.py': `
from django.urls import include, path
from lab import views
urlpatterns = [path('write', views.write), path('', include('urls'))]
`,
  'prepare.py': `
import os
os.environ['DJANGO_SETTINGS_MODULE'] = 'settings'
import django
django.setup()
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import User
from django.contrib.sessions.backends.db import SessionStore
from django.core.management import call_command
from lab.models import Left, Right

call_command('migrate', run_syncdb=True, verbosity=0)
for name, is_staff in ('ada', True), ('bob', False):
    user = User.objects.create(username=name, is_staff=is_staff, password='!')
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = 'django.contrib.auth.backends.ModelBackend'
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    print(session.session_key, end=' ')
for number in range(500):
    Right.objects.create(left=Left.objects.create(note='%d' % number * 50))
`,
} as const
