#!/bin/sh
# Compares Headgate with its rivals and writes bench/RESULTS.md: see bench/README.md. Options go to run.mjs.
set -eu
cd "$(dirname "$0")/.."
for tool in node npm wrk taskset; do
  command -v "$tool" >/dev/null || { echo "bench/run.sh needs $tool" >&2; exit 1; }
done
[ -d target/quarkus-app ] || ./mvnw -q -B package -DskipTests
(cd bench && npm ci --silent)
for project in bench/rivals/*/pom.xml; do
  ./mvnw -q -B -f "$project" package
done
# Compared as executables too where Headgate is one.
if [ -n "$(find target -maxdepth 1 -name '*-runner')" ] && [ ! -x bench/rivals/quarkus/target/quarkus-rivals-runner ]; then
  ./mvnw -q -B -f bench/rivals/quarkus/pom.xml package -Dnative
fi
exec node bench/run.mjs "$@"
