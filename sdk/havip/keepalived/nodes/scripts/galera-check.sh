#!/bin/sh
# Whether this MariaDB may have the HAVIP: in the group that serves, and in step with it, or
# giving another server a copy without being blocked by it.
state=$(timeout 0.9 mariadb --no-defaults --connect-timeout=1 -N -B -e "
    SELECT GROUP_CONCAT(variable_value ORDER BY variable_name SEPARATOR ' ') FROM information_schema.global_status
    WHERE variable_name IN ('WSREP_CLUSTER_STATUS', 'WSREP_LOCAL_STATE', 'WSREP_READY')") || exit 1
case $state in
    "Primary 4 ON" | "Primary 2 ON") exit 0 ;;
    *) exit 1 ;;
esac
