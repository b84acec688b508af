#!/bin/sh
# Backs up once, for crontab. Copy a line into `crontab -e`:
#
#   0 2 * * *    /srv/octavo/scripts/backup-cron.sh /srv/octavo/octavo.env
#   0 9-17 * * 1-5  /srv/octavo/scripts/backup-cron.sh /srv/octavo/octavo.env
#
# The file sets DATABASE_URL and BACKUP_DIR, or what else docs/backups.md names: KEY=value lines, mode
# 0600. Cron mails what is printed; the exit code is that of `octavo backup`.
set -eu

if [ "$#" -gt 0 ]; then
  set -a
  # shellcheck source=/dev/null
  . "$1"
  set +a
fi
if command -v octavo >/dev/null 2>&1; then
  exec octavo backup
fi
exec node "$(dirname "$0")/../dist/main/cli.js" backup
