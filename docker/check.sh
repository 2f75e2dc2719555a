#!/usr/bin/env bash
# Builds Dockerfile.native and Dockerfile.jvm without Docker, on stand-ins for their base images, and runs what they give as
# a cluster would: root file system read-only, UID 1001, and as root. Needs Debian's buildah, root, and what
#   ./mvnw package -Dnative
# and, where the JVM's image is to be checked too, ./mvnw package -Dquarkus.package.jar.appcds.enabled=true left in target/.
set -euo pipefail
cd "$(dirname "$0")/.."
export STORAGE_DRIVER=vfs BUILDAH_ISOLATION=chroot

work=$(mktemp -d)
processes=()
containers=()
cleanup() {
  for process in "${processes[@]}"; do kill "$process" 2>/dev/null || true; done
  for container in "${containers[@]}"; do buildah rm "$container" >/dev/null || true; done
  rm -rf "$work"
}
trap cleanup EXIT
die() { echo "check.sh: $*" >&2; exit 1; }

base() { sed -n 's/^ARG BASE=\([^@]*\)@.*/\1/p' "docker/Dockerfile.$1"; }

# A stand-in for the base of Dockerfile.$1: this machine's libraries that executable $2 needs, and its JDK where $3 is one.
stand_in() {
  local name container root
  name=$(base "$1"):stand-in
  container=$(buildah from scratch)
  root=$(buildah mount "$container")
  mkdir -p "$root"/{dev,etc,proc,tmp,usr/bin}
  chmod 1777 "$root/tmp"
  printf 'root:x:0:0::/:/none\nheadgate:x:1001:0::/:/none\n' >"$root/etc/passwd"
  cp /etc/{hosts,nsswitch.conf,resolv.conf} "$root/etc/" 2>/dev/null || true
  if [[ -n ${3:-} ]]; then
    mkdir -p "$root/opt"
    # Debian's JDK has links to sources that may not be installed.
    cp -aL "$3" "$root/opt/java" 2>/dev/null || [[ -x $root/opt/java/bin/java ]]
    ln -s ../../opt/java/bin/java "$root/usr/bin/java"
  fi
  { ldd "$2" ${3:+"$3"/bin/java "$3"/lib/*.so}; ls /lib/*/libnss_{dns,files}.so.2 2>/dev/null; } | sed '/:$/d' | grep -o '/lib[^ ]*' | sort -u | while read -r library; do
    mkdir -p "$root$(dirname "$library")"
    cp -L "$library" "$root$library"
  done
  buildah umount "$container" >/dev/null
  buildah commit -q --rm "$container" "$name" >/dev/null
  echo "$name"
}

# What runs a command in root $2 as UID $1, on a root file system that can't be written to; becomes the command itself.
confined() {
  confined=(unshare --mount bash -c '
    mount --bind "$1" "$1"
    mount -t proc proc "$1/proc"
    mount --bind /dev "$1/dev"
    mount -o remount,bind,ro "$1"
    exec chroot --userspec="$2:0" "$1" "${@:3}"' confined "$2" "$1")
}

await() {
  for _ in $(seq 600); do
    if "$@" >/dev/null 2>&1; then return; fi
    sleep 0.1
  done
  tail -n 5 "$work"/*.log >&2
  die "this did not come true within a minute: $*"
}

start_cloud() {
  mkfifo "$work/stdin"
  java -XX:TieredStopAtLevel=1 -Dheadgate.localcloud.postgres.port=0 -Dheadgate.localcloud.redis.port=0 \
    -Dheadgate.localcloud.dynamodb.port=0 -Dheadgate.localcloud.rds.port=0 -Dheadgate.localcloud.issuer.port=0 \
    -cp "target/test-classes:target/classes:$(cat target/test-classpath)" io.headgate.localcloud.LocalCloudMain \
    <"$work/stdin" >"$work/cloud" 2>"$work/cloud.log" &
  processes+=($!)
  exec 3>"$work/stdin"
  await grep -q ready "$work/cloud"
  endpoint() { grep -o "$1=[^ ]*" "$work/cloud" | cut -d= -f2; }
  export QUARKUS_DATASOURCE_REACTIVE_URL=$(endpoint postgres) QUARKUS_DATASOURCE_USERNAME=headgate \
    QUARKUS_DATASOURCE_PASSWORD=headgate QUARKUS_REDIS_HOSTS=$(endpoint redis) \
    QUARKUS_DYNAMODB_ENDPOINT_OVERRIDE=$(endpoint dynamodb) QUARKUS_RDS_ENDPOINT_OVERRIDE=$(endpoint rds) \
    HEADGATE_LEDGER_CREATE_TABLE=true HEADGATE_SECURITY_MODE=none AWS_REGION=eu-west-1 AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local \
    QUARKUS_HTTP_PORT=18080 QUARKUS_MANAGEMENT_PORT=19000
}

answers() {
  curl -fsS -m 5 -H 'Content-Type: application/json' -d '{"query": "{ users(first: 2) { nodes { id } } }"}' \
    http://127.0.0.1:18080/graphql | grep -q '"nodes":\[{"id"'
}

# Nothing that is put onto the base, and nothing that the image says of itself, is a secret. SecretsIT looks into archives
# and knows the secrets of a run; an executable has the keys compiled in with which Netty and Vert.x try TLS out.
scan() {
  local image=$1 root=$2 found
  found=$(find "$root/work" "$root/etc/headgate" "$root/usr/share/sbom" -regextype egrep \
    -regex '.*(\.(key|p12|pfx|jks|env)|id_rsa|localcloud).*')
  [[ -z $found ]] || die "$image has files of secrets: $found"
  found=$(grep -rlaE --exclude=application --exclude='*.jar' -e '-----BEGIN [A-Z ]*PRIVATE KEY-----' "$root/work" "$root/etc" "$root/usr/share") || true
  [[ -z $found ]] || die "$image has private keys: $found"
  found=$(grep -rlaE -e '(AKIA|ASIA)[0-9A-Z]{16}' "$root/work" "$root/etc" "$root/usr/share") || true
  [[ -z $found ]] || die "$image has access keys of AWS: $found"
  found=$(buildah inspect --type image "$image" | grep -iE '[a-z_]*(password|secret|token|access_key)[a-z_]*=[^ "]') || true
  [[ -z $found ]] || die "$image tells secrets of itself: $found"
}

check() {
  local kind=$1 name=$2 image container root entry=() health=()
  image=headgate-check:$kind
  buildah bud -q --pull-never --format docker -f "docker/Dockerfile.$kind" --build-arg BASE="$name" -t "$image" . >/dev/null
  [[ $(buildah inspect --type image --format '{{.OCIv1.Config.User}}' "$image") == 1001:0 ]] || die "$image runs as root"
  container=$(buildah from --pull-never "$image")
  containers+=("$container")
  root=$(buildah mount "$container")
  scan "$image" "$root"
  mapfile -t entry < <(buildah inspect --type image --format '{{range .OCIv1.Config.Entrypoint}}{{println .}}{{end}}' "$image" | sed '/^$/d')
  mapfile -t health < <(buildah inspect --type image --format '{{range .Docker.Config.Healthcheck.Test}}{{println .}}{{end}}' "$image" | sed '1d;/^$/d')
  for uid in 1001 0; do
    confined "$uid" "$root"
    "${confined[@]}" "${entry[@]}" >"$work/$kind-$uid.log" 2>&1 &
    local gateway=$!
    processes+=("$gateway")
    await answers
    "${confined[@]}" "${health[@]}" || die "$kind is not healthy as UID $uid"
    kill "$gateway"
    wait "$gateway" || die "$kind ended with $? on SIGTERM as UID $uid: $(tail -n 5 "$work/$kind-$uid.log")"
    echo "Dockerfile.$kind: answers, is healthy and ends with 0 as UID $uid, read-only"
  done
}

executables=(target/*-runner)
[[ -x ${executables[0]} ]] || die "there is no executable: run ./mvnw package -Dnative"
start_cloud
check native "$(stand_in native "${executables[0]}")"
if [[ -f target/quarkus-app/app-cds.jsa ]]; then
  java_home=$(java -XshowSettings:properties -version 2>&1 | sed -n 's/^ *java.home = //p')
  check jvm "$(stand_in jvm "$java_home/lib/server/libjvm.so" "$java_home")"
fi
