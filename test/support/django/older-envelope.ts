/** A record as `dumpdata` writes it. */
export interface EnvelopeRecord {
  readonly model: string
  readonly pk: unknown
  readonly fields: Record<string, unknown>
}

/** The models that the view of qhog exports, in the order that somebody wrote down there. */
const labels = [
  'auth.User',
  'userRegistration.UserProfile',
  'calendarEditor.Machine',
  'calendarEditor.QueuePreset',
  'calendarEditor.QueueEntry',
  'calendarEditor.ArchivedMeasurement',
  'calendarEditor.NotificationPreference',
  'calendarEditor.Notification',
]

/** What a fixture holds as qhog exports it: `{export_date, django_version, models: {label: records}}`. */
export function olderEnvelope(fixture: string, day: string) {
  const records = JSON.parse(fixture) as EnvelopeRecord[]
  const models = new Map<string, EnvelopeRecord[] | { readonly error: string }>()
  for (const label of labels)
    models.set(
      label,
      records.filter(({ model }) => model === label.toLowerCase()),
    )
  const text = (): string =>
    JSON.stringify({
      export_date: `${day}T00:00:00`,
      django_version: '4.2',
      models: Object.fromEntries(models),
    })
  return { models, text }
}
