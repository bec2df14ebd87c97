#!/bin/sh
# Runs dockerd in a root of its own. Started by start.ts as the first process of a new mount and pid namespace, so
# that the kernel itself ends containerd, shims and containers, and drops every mount, when this process goes.
# usage: namespace.sh ROOT DATA RUN DOCKERD-ARGUMENT...
set -eu
root=$1 data=$2 run=$3
shift 3
arguments=$*

# /proc is still the host's here, which makes this the host's view of our own process id and start time.
read -r stat </proc/self/stat
set -- $stat
printf '%s\n%s\n' "$1" "${22}" >"$run/dockerd.pid"

mount --make-rprivate /
mount --rbind "$root" "$root"
cd "$root"
mount -t proc proc proc
mount --rbind /sys sys
mount --rbind /dev dev
mount -t tmpfs -o mode=755 tmpfs run
mkdir -p run/slimproof var/lib/docker
mount --bind "$run" run/slimproof
mount --bind "$data" var/lib/docker
if [ -d /lib/modules ]; then
  mkdir -p lib/modules
  mount --bind /lib/modules lib/modules
fi
pivot_root . .
umount -l .
cd /

# The shell stays as the namespace's first process because dockerd does not reap the orphans that fall to it.
# shellcheck disable=SC2086 # none of the arguments holds a space
dockerd $arguments &
dockerd=$!
trap 'kill -TERM "$dockerd"' TERM
while kill -0 "$dockerd" 2>/dev/null; do
  wait "$dockerd" || :
done
