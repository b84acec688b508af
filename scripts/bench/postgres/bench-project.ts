import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const files = {
  'settings.py': `
import os
from urllib.parse import unquote, urlparse
at = urlparse(os.environ['DATABASE_URL'])
SECRET_KEY = 'x' * 50
INSTALLED_APPS = ['lab']
DATABASES = {'default': {'ENGINE': 'django.db.backends.postgresql', 'NAME': at.path[1:], 'HOST': at.hostname,
                         'PORT': at.port, 'USER': at.username, 'PASSWORD': unquote(at.password)}}
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

class Person(models.Model):
    name = models.CharField(max_length=150, unique=True)
    email = models.EmailField()
    joined = models.DateTimeField()

class Entry(models.Model):
    person = models.ForeignKey(Person, on_delete=models.CASCADE)
    title = models.CharField(max_length=200)
    note = models.TextField(blank=True)
    cost = models.DecimalField(max_digits=10, decimal_places=2)
    data = models.JSONField()
    day = models.DateField(null=True, db_index=True)
    done = models.BooleanField()
    at = models.DateTimeField()

class Reading(models.Model):
    entry = models.ForeignKey(Entry, on_delete=models.CASCADE)
    channel = models.SmallIntegerField()
    value = models.FloatField()
`,
}

/** Writes a Django project whose database is the one of DATABASE_URL. */
export function writeBenchProject(folder: string): void {
  mkdirSync(join(folder, 'lab'), { recursive: true })
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
}

/** Fills its tables: a person, twenty entries and a hundred readings for each of `people`. */
export const fillSql = (people: number): string => `
INSERT INTO lab_person (name, email, joined)
  SELECT 'Ada ' || i, 'ada' || i || '@example.org', '2020-01-01Z'::timestamptz + i * interval '7.123 minutes'
  FROM generate_series(1, ${people}) i;
INSERT INTO lab_entry (person_id, title, note, cost, data, day, done, at)
  SELECT 1 + i % ${people}, 'Kühlung "' || i || '"', repeat('läuft ' || i || E'\\n', i % 11), i * 0.37,
    jsonb_build_object('n', i, 'ok', i % 3 = 0), CASE WHEN i % 5 > 0 THEN '2020-01-01'::date + i % 3000 END,
    i % 2 = 0, '2020-01-01Z'::timestamptz + i * interval '1.000001 minutes'
  FROM generate_series(1, ${people * 20}) i;
INSERT INTO lab_reading (entry_id, channel, value)
  SELECT 1 + i % ${people * 20}, i % 64, i / 7.0 FROM generate_series(1, ${people * 100}) i;
ANALYZE;`
