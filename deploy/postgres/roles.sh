#!/usr/bin/env bash
# A role and a schema for each service, none of which sees another's. The image runs it once, in an empty database.
set -euo pipefail
for role in registry permission prover; do
  psql --quiet --set ON_ERROR_STOP=1 --username "${POSTGRES_USER:-postgres}" --dbname "${POSTGRES_DB:-oml}" \
    --set role="$role" --set password="$(cat "/run/secrets/$role-database")" <<'SQL'
-- A statement that fails would be logged, password and all.
SET log_min_error_statement = panic;
REVOKE ALL ON DATABASE oml FROM PUBLIC;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
CREATE ROLE :"role" LOGIN PASSWORD :'password';
ALTER ROLE :"role" SET search_path = :"role";
GRANT CONNECT, TEMPORARY ON DATABASE oml TO :"role";
CREATE SCHEMA :"role" AUTHORIZATION :"role";
SQL
done
