const id = '"id" integer NOT NULL PRIMARY KEY AUTOINCREMENT'
const user = 'REFERENCES "auth_user" ("id") DEFERRABLE INITIALLY DEFERRED'
const lab = (model: string): string =>
  `REFERENCES "calendarEditor_${model}" ("id") DEFERRABLE INITIALLY DEFERRED`

function json(column: string, nullable: boolean): string {
  return nullable
    ? `"${column}" text NULL CHECK ((JSON_VALID("${column}") OR "${column}" IS NULL))`
    : `"${column}" text NOT NULL CHECK ((JSON_VALID("${column}") OR "${column}" IS NULL))`
}

function natural(column: string, type: string, nullable = ''): string {
  return `"${column}" ${type} unsigned ${nullable || 'NOT NULL'} CHECK ("${column}" >= 0)`
}

const tables: readonly string[] = [
  `CREATE TABLE "userRegistration_userprofile" (${id}, "phone_number" varchar(20) NOT NULL, "organization" varchar(200) NOT NULL, "department" varchar(200) NULL, "position" varchar(100) NOT NULL, "notes" text NOT NULL, "status" varchar(10) NOT NULL, "is_developer" bool NOT NULL, "email_confirmed" bool NULL, "approved_at" datetime NULL, "created_at" datetime NOT NULL, "birthday" date NULL, "approved_by_id" integer NULL ${user}, "user_id" integer NOT NULL UNIQUE ${user})`,
  `CREATE TABLE "calendarEditor_machine" (${id}, "name" varchar(100) NOT NULL UNIQUE, "description" text NOT NULL, "min_temp" decimal NOT NULL, "max_temp" decimal NOT NULL, "b_field_x" real NOT NULL, "b_field_y" real NOT NULL, "b_field_z" real NOT NULL, ${natural('dc_lines', 'integer')}, ${natural('rf_lines', 'integer')}, "cooldown_time" bigint NOT NULL, "optical_access" varchar(20) NOT NULL, "is_available" bool NOT NULL, "current_status" varchar(20) NOT NULL, "estimated_available_at" datetime NULL, "api_ip" char(39) NULL, "last_temperature" real NULL, ${json('wiring', false)}, "current_user_id" integer NULL ${user})`,
  `CREATE TABLE "calendarEditor_queuepreset" (${id}, "name" varchar(100) NOT NULL, "is_public" bool NOT NULL, "title" varchar(200) NOT NULL, "device_name" varchar(200) NOT NULL, "description" text NOT NULL, "required_min_temp" decimal NULL, "required_max_temp" decimal NULL, "required_b_field" real NOT NULL, "estimated_hours" real NOT NULL, ${json('settings', false)}, "created_at" datetime NOT NULL, "updated_at" datetime NOT NULL, "creator_id" integer NOT NULL ${user}, "last_edited_by_id" integer NULL ${user}, "machine_id" bigint NULL ${lab('machine')}, CONSTRAINT "one_preset_name_per_creator" UNIQUE ("creator_id", "name"), CONSTRAINT "preset_takes_time" CHECK ("estimated_hours" > 0.0))`,
  `CREATE TABLE "calendarEditor_queueentry" (${id}, "uuid" char(32) NOT NULL UNIQUE, "title" varchar(200) NOT NULL, "device_name" varchar(200) NOT NULL, "description" text NOT NULL, "required_min_temp" decimal NULL, "required_b_field" real NOT NULL, "estimated_hours" decimal NOT NULL, "priority" smallint NOT NULL, ${natural('queue_position', 'integer', 'NULL')}, "status" varchar(20) NOT NULL, "is_rush_job" bool NOT NULL, ${json('requirements', true)}, "submitted_at" datetime NOT NULL, "started_at" datetime NULL, "completed_at" datetime NULL, "machine_id" bigint NULL ${lab('machine')}, "preset_id" bigint NULL ${lab('queuepreset')}, "user_id" integer NOT NULL ${user})`,
  `CREATE TABLE "calendarEditor_archivedmeasurement" (${id}, "title" varchar(200) NOT NULL, "device_name" varchar(200) NOT NULL, "notes" text NOT NULL, ${json('result', true)}, "thumbnail" BLOB NULL, "base_temperature" real NULL, "field_reached" decimal NULL, "duration" bigint NOT NULL, "rating" smallint NULL, "is_shared" bool NOT NULL, "started_at" datetime NOT NULL, "finished_at" datetime NOT NULL, "archived_at" datetime NOT NULL, "entry_id" bigint NULL UNIQUE ${lab('queueentry')}, "machine_id" bigint NULL ${lab('machine')}, "user_id" integer NULL ${user})`,
  `CREATE TABLE "calendarEditor_notificationpreference" (${id}, "notify_queue_moves" bool NOT NULL, "notify_ready_to_run" bool NOT NULL, "notify_maintenance" bool NOT NULL, "by_mail" bool NOT NULL, "by_chat" bool NOT NULL, "quiet_from" time NULL, "quiet_until" time NULL, "time_zone" varchar(50) NOT NULL, "updated_at" datetime NOT NULL, "user_id" integer NOT NULL UNIQUE ${user})`,
  `CREATE TABLE "calendarEditor_notification" (${id}, "kind" varchar(50) NOT NULL, "title" varchar(200) NOT NULL, "message" text NOT NULL, "is_read" bool NOT NULL, "created_at" datetime NOT NULL, "read_at" datetime NULL, ${json('payload', true)}, "entry_id" bigint NULL ${lab('queueentry')}, "machine_id" bigint NULL ${lab('machine')}, "recipient_id" integer NOT NULL ${user}, "triggered_by_id" integer NULL ${user})`,
]

/** Table, column, and the digits that Django takes from a hash of both. */
const foreignKeyIndexes: readonly (readonly [string, string, string])[] = [
  ['userRegistration_userprofile', 'approved_by_id', '4d2c8f91'],
  ['calendarEditor_machine', 'current_user_id', '9be0a7c3'],
  ['calendarEditor_queuepreset', 'creator_id', '1f6a03de'],
  ['calendarEditor_queuepreset', 'last_edited_by_id', 'c0485b2e'],
  ['calendarEditor_queuepreset', 'machine_id', '72d9e410'],
  ['calendarEditor_queueentry', 'machine_id', '0a5be7d4'],
  ['calendarEditor_queueentry', 'preset_id', 'e81c36f9'],
  ['calendarEditor_queueentry', 'user_id', '56f20b1a'],
  ['calendarEditor_archivedmeasurement', 'machine_id', 'b3097ce5'],
  ['calendarEditor_archivedmeasurement', 'user_id', '2e84d16c'],
  ['calendarEditor_notification', 'entry_id', '8d5f7a02'],
  ['calendarEditor_notification', 'machine_id', 'f47b90c6'],
  ['calendarEditor_notification', 'recipient_id', '63a1e8d7'],
  ['calendarEditor_notification', 'triggered_by_id', '05c9d3b8'],
]

const chosenIndexes: readonly string[] = [
  'CREATE UNIQUE INDEX "one_place_in_the_queue" ON "calendarEditor_queueentry" ("machine_id", "queue_position") WHERE "status" = \'queued\'',
  'CREATE INDEX "calendarEdi_status_5b0b1c_idx" ON "calendarEditor_queueentry" ("status", "submitted_at" DESC)',
  'CREATE INDEX "calendarEdi_recipie_d1c2a7_idx" ON "calendarEditor_notification" ("recipient_id", "is_read", "created_at" DESC)',
  'CREATE UNIQUE INDEX "one_machine_name_without_case" ON "calendarEditor_machine" ((LOWER("name")))',
]

/** The tables of the lab queue, as Django 4.2 creates them on SQLite. */
export const labSchema: readonly string[] = [
  ...tables,
  ...foreignKeyIndexes.map(
    ([on, column, digits]) => `CREATE INDEX "${on}_${column}_${digits}" ON "${on}" ("${column}")`,
  ),
  ...chosenIndexes,
]
