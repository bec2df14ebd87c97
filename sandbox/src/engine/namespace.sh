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

# The new root is put together on /run, which is shared with nothing below: no bind can take in itself.
mount --make-rslave /
mount --bind "$root" /run
for path in /* /var/*; do
  case $path in
    # These are the engine's own system; all else is the host's at the same path, so that its folders can be mounted.
    /bin | /boot | /dev | /etc | /lib* | /proc | /run | /sbin | /sys | /usr | /var) continue ;;
    /var/cache | /var/lib | /var/local | /var/lock | /var/log | /var/run | /var/spool) continue ;;
  esac
  if [ -d "$path" ] && [ ! -L "$path" ]; then
    mkdir -p "/run$path"
    mount --rbind "$path" "/run$path"
  fi
done
mount -t proc proc /run/proc
mount --rbind /sys /run/sys
mount --rbind /dev /run/dev
mount -t tmpfs -o mode=755 tmpfs /run/run
mkdir -p /run/run/slimproof /run/var/lib/docker
mount --bind "$run" /run/run/slimproof
mount --bind "$data" /run/var/lib/docker
cd /run
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
