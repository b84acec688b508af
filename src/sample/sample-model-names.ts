/**
 * Table to model name, for the tables whose Django labels the database itself can't tell: its content
 * types hold model names in lower case.
 */
export const sampleModelNames: ReadonlyMap<string, string> = new Map([
  ['auth_user', 'auth.User'],
  ['userRegistration_userprofile', 'userRegistration.UserProfile'],
  ['calendarEditor_machine', 'calendarEditor.Machine'],
  ['calendarEditor_queuepreset', 'calendarEditor.QueuePreset'],
  ['calendarEditor_queueentry', 'calendarEditor.QueueEntry'],
  ['calendarEditor_archivedmeasurement', 'calendarEditor.ArchivedMeasurement'],
  ['calendarEditor_notificationpreference', 'calendarEditor.NotificationPreference'],
  ['calendarEditor_notification', 'calendarEditor.Notification'],
])
