const id = '"id" integer NOT NULL PRIMARY KEY AUTOINCREMENT'

function refersTo(table: string): string {
  return `REFERENCES "${table}" ("id") DEFERRABLE INITIALLY DEFERRED`
}

function table(name: string, ...parts: readonly string[]): string {
  return `CREATE TABLE "${name}" (${parts.join(', ')})`
}

function index(name: string, on: string, columns: readonly string[], unique = false): string {
  const list = columns.map((column) => `"${column}"`).join(', ')
  return `CREATE ${unique ? 'UNIQUE ' : ''}INDEX "${name}" ON "${on}" (${list})`
}

/** The tables of Django's own apps, as its SQLite backend leaves them after every migration. */
export const djangoSchema: readonly string[] = [
  table(
    'django_migrations',
    id,
    '"app" varchar(255) NOT NULL',
    '"name" varchar(255) NOT NULL',
    '"applied" datetime NOT NULL',
  ),
  table(
    'auth_group_permissions',
    id,
    `"group_id" integer NOT NULL ${refersTo('auth_group')}`,
    `"permission_id" integer NOT NULL ${refersTo('auth_permission')}`,
  ),
  table(
    'auth_user_groups',
    id,
    `"user_id" integer NOT NULL ${refersTo('auth_user')}`,
    `"group_id" integer NOT NULL ${refersTo('auth_group')}`,
  ),
  table(
    'auth_user_user_permissions',
    id,
    `"user_id" integer NOT NULL ${refersTo('auth_user')}`,
    `"permission_id" integer NOT NULL ${refersTo('auth_permission')}`,
  ),
  index(
    'auth_group_permissions_group_id_permission_id_0cd325b0_uniq',
    'auth_group_permissions',
    ['group_id', 'permission_id'],
    true,
  ),
  index('auth_group_permissions_group_id_b120cbf9', 'auth_group_permissions', ['group_id']),
  index('auth_group_permissions_permission_id_84c5c92e', 'auth_group_permissions', [
    'permission_id',
  ]),
  index(
    'auth_user_groups_user_id_group_id_94350c0c_uniq',
    'auth_user_groups',
    ['user_id', 'group_id'],
    true,
  ),
  index('auth_user_groups_user_id_6a12ed8b', 'auth_user_groups', ['user_id']),
  index('auth_user_groups_group_id_97559544', 'auth_user_groups', ['group_id']),
  index(
    'auth_user_user_permissions_user_id_permission_id_14a6b632_uniq',
    'auth_user_user_permissions',
    ['user_id', 'permission_id'],
    true,
  ),
  index('auth_user_user_permissions_user_id_a95ead1b', 'auth_user_user_permissions', ['user_id']),
  index('auth_user_user_permissions_permission_id_1fbb5f2c', 'auth_user_user_permissions', [
    'permission_id',
  ]),
  table(
    'django_admin_log',
    id,
    '"object_id" text NULL',
    '"object_repr" varchar(200) NOT NULL',
    '"action_flag" smallint unsigned NOT NULL CHECK ("action_flag" >= 0)',
    '"change_message" text NOT NULL',
    `"content_type_id" integer NULL ${refersTo('django_content_type')}`,
    `"user_id" integer NOT NULL ${refersTo('auth_user')}`,
    '"action_time" datetime NOT NULL',
  ),
  index('django_admin_log_content_type_id_c4bce8eb', 'django_admin_log', ['content_type_id']),
  index('django_admin_log_user_id_c564eba6', 'django_admin_log', ['user_id']),
  table(
    'django_content_type',
    id,
    '"app_label" varchar(100) NOT NULL',
    '"model" varchar(100) NOT NULL',
  ),
  index(
    'django_content_type_app_label_model_76bd3d3b_uniq',
    'django_content_type',
    ['app_label', 'model'],
    true,
  ),
  table(
    'auth_permission',
    id,
    `"content_type_id" integer NOT NULL ${refersTo('django_content_type')}`,
    '"codename" varchar(100) NOT NULL',
    '"name" varchar(255) NOT NULL',
  ),
  index(
    'auth_permission_content_type_id_codename_01ab375a_uniq',
    'auth_permission',
    ['content_type_id', 'codename'],
    true,
  ),
  index('auth_permission_content_type_id_2f476e4b', 'auth_permission', ['content_type_id']),
  table('auth_group', id, '"name" varchar(150) NOT NULL UNIQUE'),
  table(
    'auth_user',
    id,
    '"password" varchar(128) NOT NULL',
    '"last_login" datetime NULL',
    '"is_superuser" bool NOT NULL',
    '"username" varchar(150) NOT NULL UNIQUE',
    '"last_name" varchar(150) NOT NULL',
    '"email" varchar(254) NOT NULL',
    '"is_staff" bool NOT NULL',
    '"is_active" bool NOT NULL',
    '"date_joined" datetime NOT NULL',
    '"first_name" varchar(150) NOT NULL',
  ),
  table(
    'django_session',
    '"session_key" varchar(40) NOT NULL PRIMARY KEY',
    '"session_data" text NOT NULL',
    '"expire_date" datetime NOT NULL',
  ),
  index('django_session_expire_date_a5c62663', 'django_session', ['expire_date']),
]
