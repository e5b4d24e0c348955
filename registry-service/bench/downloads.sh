#!/bin/sh
# downloads.sh [TURNS [MEGABYTES]]: how fast the registry sends a file of MEGABYTES (1024) on loopback, beside nginx, in TURNS (3).
# Needs nginx at /usr/sbin/nginx and a build: mvn -DskipTests package
set -e
cd "$(dirname "$0")/.."
[ -f target/bench-classpath.txt ] || { echo "Build first: mvn -DskipTests package" >&2; exit 2; }
exec "${JAVA_HOME:+$JAVA_HOME/bin/}java" --enable-native-access=ALL-UNNAMED \
  -cp "target/test-classes:target/classes:$(cat target/bench-classpath.txt)" org.oml.registry.bench.DownloadBench "$@"
