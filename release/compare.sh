#!/usr/bin/env bash
# Builds the programs of a commit twice, in two checkouts at different paths, time zones and languages, and compares
# their jars byte by byte. Exit code 1 if one differs, with the entries that do.
#   release/compare.sh [COMMIT]
set -euo pipefail
root=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.." && pwd)
commit=$(git -C "$root" rev-parse --verify "${1:-HEAD}^{commit}")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

build() { # DIRECTORY TIME_ZONE LANGUAGE
  git clone -q --shared --no-checkout "$root" "$1"
  git -C "$1" checkout -q --detach "$commit"
  (cd "$1" && TZ=$2 LC_ALL=$3 ./oml --version >/dev/null)
  (cd "$1" && sha256sum -- */target/oml-*.jar)
}

entries() { # JAR, whose inner jars are looked into as well
  local inside
  inside=$(mktemp -d -p "$work")
  unzip -q "$1" -d "$inside"
  (cd "$inside" && find . -type f -print0 | sort -z | xargs -0 sha256sum)
  unzip -Z -T "$1" | grep -E '^[-d]' | awk '{ print "listed", $0 }'
}

build "$work/first" UTC C.UTF-8 >"$work/first.sums"
build "$work/second-checkout-with-a-longer-name" Pacific/Auckland C >"$work/second.sums"
if diff "$work/first.sums" "$work/second.sums" >/dev/null; then
  cat "$work/first.sums"
  echo "$(wc -l <"$work/first.sums") programs of $commit: the same bytes twice"
else
  while read -r sum jar; do
    grep -qxF "$sum  $jar" "$work/second.sums" && continue
    echo "$jar differs:"
    diff <(entries "$work/first/$jar") <(entries "$work/second-checkout-with-a-longer-name/$jar") || true
  done <"$work/first.sums"
  exit 1
fi
