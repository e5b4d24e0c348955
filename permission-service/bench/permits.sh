#!/bin/sh
# permits.sh [SECONDS [MILLIONS]]: how fast permits are issued, each measurement for SECONDS (5), and again with so many MILLIONS (0)
# of permits more on record. Needs a build: mvn -DskipTests package
set -e
cd "$(dirname "$0")/.."
[ -f target/bench-classpath.txt ] || { echo "Build first: mvn -DskipTests package" >&2; exit 2; }
exec "${JAVA_HOME:+$JAVA_HOME/bin/}java" --enable-native-access=ALL-UNNAMED \
  -cp "target/test-classes:target/classes:$(cat target/bench-classpath.txt)" org.oml.permission.bench.PermitBench "${1:-5}" "${2:-0}"
