#!/bin/sh
# The command line for operators, run as the service's user with its settings: install as /usr/local/bin/trigpoint.
set -eu
[ "$(id -u)" = 0 ] || exec sudo -- "$0" "$@"
set -a
. /etc/trigpoint/trigpoint.env
set +a
exec setpriv --reuid=trigpoint --regid=trigpoint --init-groups -- \
  env HOME=/var/lib/trigpoint /opt/trigpoint/bin/trigpoint "$@"
