#!/bin/sh
# store.sh [INSTANCES [MODEL]]: what the store holds for so many (8) instances of a model (models/oml-box), beside as many times the model.
# Needs a build: mvn -DskipTests package
set -e
cd "$(dirname "$0")/.."
[ -f target/bench-classpath.txt ] || { echo "Build first: mvn -DskipTests package" >&2; exit 2; }
exec "${JAVA_HOME:+$JAVA_HOME/bin/}java" --enable-native-access=ALL-UNNAMED \
  -cp "target/test-classes:target/classes:$(cat target/bench-classpath.txt)" org.oml.registry.bench.StoreBench "${1:-8}" "${2:-../models/oml-box}"
