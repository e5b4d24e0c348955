#!/bin/sh
# gateway.sh [SECONDS [ROUNDS [MILLISECONDS...]]]: the gateway beside nginx before the same engine, which takes MILLISECONDS (0 and 20);
# each measurement takes SECONDS (5), the median of ROUNDS (3) is printed. Needs nginx on the PATH and a build with tests: mvn -DskipTests package
set -e
seconds="${1:-5}" rounds="${2:-3}"
shift "$(($# < 2 ? $# : 2))"
[ $# -gt 0 ] || set -- 0 20
cd "$(dirname "$0")/.."
command -v nginx >/dev/null || { echo "nginx is missing" >&2; exit 2; }
[ -f target/bench-classpath.txt ] || { echo "Build first: mvn -DskipTests package" >&2; exit 2; }
exec "${JAVA_HOME:+$JAVA_HOME/bin/}java" --enable-native-access=ALL-UNNAMED \
  -cp "target/test-classes:target/classes:$(cat target/bench-classpath.txt)" org.oml.gateway.bench.GatewayBench "$seconds" "$rounds" "$@"
