#!/bin/sh
# gateway.sh [SECONDS [ROUNDS]]: the gateway beside nginx before the same engine; each measurement takes SECONDS (5), the median of
# ROUNDS (3) is printed. Needs nginx on the PATH and a build with tests: mvn -DskipTests package
set -e
cd "$(dirname "$0")/.."
command -v nginx >/dev/null || { echo "nginx is missing" >&2; exit 2; }
[ -f target/bench-classpath.txt ] || { echo "Build first: mvn -DskipTests package" >&2; exit 2; }
exec "${JAVA_HOME:+$JAVA_HOME/bin/}java" --enable-native-access=ALL-UNNAMED \
  -cp "target/test-classes:target/classes:$(cat target/bench-classpath.txt)" org.oml.gateway.bench.GatewayBench "${1:-5}" "${2:-3}"
