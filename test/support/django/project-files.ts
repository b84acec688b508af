/** A project with pairs of records, somebody of the staff and somebody else. */
export const projectFiles = {
  'settings.py': `
import os

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
                         'OPTIONS': {'timeout': 20},
                         'ATOMIC_REQUESTS': os.environ.get('ATOMIC_REQUESTS') == 'yes'}}
DEFAULT_AUTO_FIELD = 'django.db.models.BigAutoField'
USE_TZ = True
`,
  'manage.py': `
import os, sys
os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'settings')
from django.core.management import execute_from_command_line
execute_from_command_line(sys.argv)
`,
  'wsgi.py': `
import os
os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'settings')
from django.core.wsgi import get_wsgi_application
application = get_wsgi_application()
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
from django.db import connection, transaction
from django.http import HttpResponse
from django.views.decorators.csrf import csrf_exempt
from .models import Left, Right

@csrf_exempt
def write(request):
    with transaction.atomic():
        left = Left.objects.create(note='ä' * 200)
        Right.objects.create(left=left)
    return HttpResponse(str(left.pk))

def in_transaction(request):
    return HttpResponse(str(connection.in_atomic_block))
`,
  'project_urls.py': `
from django.urls import include, path
from lab import views
urlpatterns = [path('write', views.write), path('in-transaction', views.in_transaction),
               path('', include('urls'))]
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
