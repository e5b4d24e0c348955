#!/bin/sh
# permits.sh [SECONDS [MILLIONS]]: how fast permits are issued, each measurement for SECONDS (5), and again with so many MILLIONS (0)
# of permits more on record. Needs a build with tests: mvn -DskipTests package
set -e
cd "$(dirname "$0")/.."
classpath=target/bench-classpath.txt
[ -f "$classpath" ] || mvn -q dependency:build-classpath -DincludeScope=test -Dmdep.outputFile="$classpath" -Dmdep.includeScope=test
exec "${JAVA_HOME:+$JAVA_HOME/bin/}java" --enable-native-access=ALL-UNNAMED \
  -cp "target/test-classes:target/classes:$(cat "$classpath")" org.oml.permission.bench.PermitBench "${1:-5}" "${2:-0}"
