/** A project with every kind of field and relation that a fixture can hold. */
export const fixtureFiles = {
  'settings.py': `
import os

SECRET_KEY = 'x' * 50
INSTALLED_APPS = ['django.contrib.auth', 'django.contrib.contenttypes',
                  'django.contrib.sessions', 'lab']
DEFAULT_AUTO_FIELD = 'django.db.models.BigAutoField'
USE_TZ = os.environ.get('USE_TZ') != 'no'
TIME_ZONE = 'Europe/Berlin'
PORT = os.environ.get('POSTGRES_PORT')

def database(name):
    if PORT is None:
        return {'ENGINE': 'django.db.backends.sqlite3', 'NAME': name + '.sqlite3'}
    return {'ENGINE': 'django.db.backends.postgresql', 'HOST': '127.0.0.1', 'PORT': PORT, 'NAME': name,
            'USER': 'postgres', 'PASSWORD': os.environ['POSTGRES_PASSWORD']}

NAMES = ['source', 'loaded', 'merged', 'exact', 'other']
DATABASES = dict({name: database(name) for name in NAMES}, default=database('source'))
`,
  'lab/__init__.py': '',
  'lab/migrations/__init__.py': '',
  'lab/management/__init__.py': '',
  'lab/management/commands/__init__.py': '',
  'lab/models.py': `
import datetime
import uuid
from django.contrib.auth.models import User
from django.core.validators import MinValueValidator
from django.db import models


class NamedManager(models.Manager):
    def get_by_natural_key(self, name):
        return self.get(name=name)


class Tag(models.Model):
    objects = NamedManager()
    name = models.CharField(max_length=40, unique=True)
    parent = models.ForeignKey('self', null=True, blank=True, on_delete=models.SET_NULL)

    class Meta:
        ordering = ['-name']

    def natural_key(self):
        return (self.name,)


class EntryManager(models.Manager):
    def get_by_natural_key(self, tag, number):
        return self.get(tag__name=tag, number=number)


class Entry(models.Model):
    objects = EntryManager()
    tag = models.ForeignKey(Tag, on_delete=models.CASCADE)
    number = models.IntegerField()
    note = models.TextField(default='')

    def natural_key(self):
        return self.tag.natural_key() + (self.number,)
    natural_key.dependencies = ['lab.tag']


class Machine(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    name = models.CharField(max_length=80, unique=True)


class Kinds(models.Model):
    """Every field of Django that has values."""
    big = models.BigIntegerField(null=True)
    small = models.SmallIntegerField(null=True)
    positive = models.PositiveIntegerField(null=True)
    flag = models.BooleanField(default=False)
    maybe = models.BooleanField(null=True)
    ratio = models.FloatField(null=True)
    price = models.DecimalField(max_digits=12, decimal_places=4, null=True)
    tiny = models.DecimalField(max_digits=12, decimal_places=8, null=True)
    whole = models.DecimalField(max_digits=9, decimal_places=0, null=True)
    day = models.DateField(null=True)
    at = models.DateTimeField(null=True)
    clock = models.TimeField(null=True)
    took = models.DurationField(null=True)
    blob = models.BinaryField(null=True)
    token = models.UUIDField(null=True)
    data = models.JSONField(null=True)
    address = models.GenericIPAddressField(null=True)
    slug = models.SlugField(default='', blank=True)
    mail = models.EmailField(default='', blank=True)
    page = models.URLField(default='', blank=True)
    upload = models.FileField(null=True, blank=True)
    words = models.TextField(null=True, db_column='the words')
    machine = models.ForeignKey(Machine, null=True, on_delete=models.CASCADE)
    by_name = models.ForeignKey(Machine, null=True, to_field='name', related_name='+',
                                on_delete=models.CASCADE, db_column='machine_name')
    user = models.OneToOneField(User, null=True, on_delete=models.CASCADE)


class Code(models.Model):
    code = models.CharField(max_length=12, primary_key=True)
    entry = models.ForeignKey(Entry, null=True, on_delete=models.CASCADE)


class Place(models.Model):
    name = models.CharField(max_length=50)
    codes = models.ManyToManyField(Code)


class Restaurant(Place):
    serves = models.CharField(max_length=50)
    tags = models.ManyToManyField(Tag)


class Bistro(Restaurant):
    seats = models.PositiveSmallIntegerField()


class Person(models.Model):
    name = models.CharField(max_length=80)
    boss = models.ForeignKey('self', null=True, on_delete=models.SET_NULL)
    friends = models.ManyToManyField('self')
    follows = models.ManyToManyField('self', symmetrical=False, related_name='followers')
    groups = models.ManyToManyField('Club', through='Membership')


class Club(models.Model):
    name = models.CharField(max_length=80)


class Membership(models.Model):
    person = models.ForeignKey(Person, on_delete=models.CASCADE)
    club = models.ForeignKey(Club, on_delete=models.CASCADE)
    since = models.DateField()


class Proxied(Club):
    class Meta:
        proxy = True
`,
  'fill.py': `
import datetime
import uuid
from decimal import Decimal
from django.contrib.auth.models import Group, Permission, User
from django.contrib.sessions.models import Session
from django.utils import timezone
from lab.models import *

UTC = timezone.utc
from django.conf import settings

def moment(*parts):
    return datetime.datetime(*parts, tzinfo=UTC if settings.USE_TZ else None)

def fill():
    ada = User.objects.create(username='ada', password='!', date_joined=moment(2026, 1, 5, 9, 12, 44, 123000))
    staff = Group.objects.create(name='Köche & "Gäste"')
    staff.permissions.set(Permission.objects.order_by('-pk')[:7])
    ada.groups.add(staff)
    ada.user_permissions.set(Permission.objects.order_by('codename')[2:6])
    Session.objects.create(session_key='zz', session_data='eins', expire_date=moment(2027, 1, 1))
    Session.objects.create(session_key='aa', session_data='zwei', expire_date=moment(2027, 1, 1))
    top = Tag.objects.create(name='Über')
    tags = [Tag.objects.create(name=name, parent=top) for name in ('b', 'a', 'Z', 'ß', '日本', '10', '9')]
    top.parent = tags[-1]
    top.save()
    entries = [Entry.objects.create(tag=tag, number=n, note='n%d' % n) for n, tag in enumerate(tags)]
    machines = [Machine.objects.create(id=uuid.UUID(int=n << 64), name='M\\t%d "q"' % n) for n in (9, 3, 5)]
    Kinds.objects.create()
    Kinds.objects.create(
        big=-2**63, small=-32768, positive=0, flag=True, maybe=True, ratio=0.1, price=Decimal('-12345678.9000'),
        tiny=Decimal('0.00000001'), whole=Decimal('999999999'), day=datetime.date(1, 1, 1),
        at=moment(2026, 6, 1, 12, 0, 0, 5000), clock=datetime.time(23, 59, 59, 999000),
        took=datetime.timedelta(days=-3, seconds=4, microseconds=5), blob=bytes(range(256)),
        token=uuid.UUID('12345678-1234-5678-1234-56781234567f'),
        data={'b': [1, 2.0, 1e100, None, True, 'ä\\n\\u2028'], 'a': {'': {}}, 'n': 12345678901234567890},
        address='::1', slug='a-b', mail='ä@example.org', page='https://example.org/?a=1&b=2',
        upload='files/ä.txt', words='nul-free \\x01 \\x7f "quotes" \\\\ / \\U0001f600 \\u2028', machine=machines[0],
        by_name=machines[1], user=ada)
    Kinds.objects.create(
        big=2**63 - 1, flag=False, maybe=False, ratio=-1e22, price=Decimal('0'), tiny=Decimal('0'), whole=Decimal('0'),
        day=datetime.date(9999, 12, 31), at=moment(1969, 12, 31, 23, 59, 59), clock=datetime.time(0, 0),
        took=datetime.timedelta(0), blob=b'', data=[], address='1.2.3.4', words='')
    Kinds.objects.create(ratio=5.0, price=Decimal('0.0001'), tiny=Decimal('1234.5'), took=datetime.timedelta(days=400, hours=5),
                         data='text', words='123')
    Kinds.objects.create(ratio=1e-7, data=False, took=datetime.timedelta(microseconds=-1), words='null')
    codes = [Code.objects.create(code=code, entry=entries[0]) for code in ('z', 'B', 'a', 'é')]
    place = Place.objects.create(name='Only a place')
    place.codes.set(codes[:3])
    bistro = Bistro.objects.create(name='Chez', serves='pizza', seats=12)
    bistro.codes.set(codes[2:])
    bistro.tags.set(tags[:5])
    Restaurant.objects.create(name='Zum Löwen', serves='Knödel')
    people = [Person.objects.create(name=name) for name in ('Ada', 'Bo', 'Cy')]
    people[0].boss = people[2]
    people[2].boss = people[2]
    [person.save() for person in people]
    people[0].friends.set(people[1:])
    people[0].follows.set([people[0], people[2]])
    club = Club.objects.create(name='Ruder')
    Membership.objects.create(person=people[1], club=club, since=datetime.date(2020, 2, 29))
`,
  'ask.py': `
import io, json, os, sys
os.environ['DJANGO_SETTINGS_MODULE'] = 'settings'
import django
django.setup()
from django.core.management import call_command
from django.db import connections

def dump(database, labels=(), **options):
    out = io.StringIO()
    call_command('dumpdata', *labels, database=database, stdout=out, **options)
    return out.getvalue()

def load(database, *files):
    call_command('loaddata', *files, database=database, verbosity=0)

def migrate(*names):
    # A server wants the tables of other apps first, which only migrations bring in order.
    call_command('makemigrations', 'lab', verbosity=0)
    for name in names:
        call_command('migrate', database=name, run_syncdb=True, verbosity=0)

def models():
    out = io.StringIO()
    call_command('octavo_models', stdout=out)
    return out.getvalue()

def run(code, database):
    import lab.models
    scope = dict(vars(lab.models), db=database)
    exec(code, scope)
    return scope.get('result')

def fill(database):
    import fill
    fill.fill()

for line in sys.stdin:
    name, args, options = json.loads(line)
    try:
        answer = {'value': globals()[name](*args, **options)}
    except Exception as error:
        answer = {'error': '%s: %s' % (type(error).__name__, error)}
    connections.close_all()
    print(json.dumps(answer), flush=True)
`,
} as const
