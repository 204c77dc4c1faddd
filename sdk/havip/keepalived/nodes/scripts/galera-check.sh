#!/bin/sh
# Succeeds if this MariaDB may hold the HAVIP: in the primary component and synced, or a donor that
# is not blocked by the copy.
state=$(timeout 0.9 mariadb --no-defaults --connect-timeout=1 -N -B -e "
    SELECT GROUP_CONCAT(variable_value ORDER BY variable_name SEPARATOR ' ') FROM information_schema.global_status
    WHERE variable_name IN ('WSREP_CLUSTER_STATUS', 'WSREP_LOCAL_STATE', 'WSREP_READY')") || exit 1
case $state in
    "Primary 4 ON" | "Primary 2 ON") exit 0 ;;
    *) exit 1 ;;
esac
