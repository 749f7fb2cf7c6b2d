#!/usr/bin/env bash
# What the README's two commands take on a bare machine: makes root folders that hold Debian's minimal system, Node.js 20 and npm, and
# runs `./setup --link` and `npm test` in each: as root and as an ordinary user, with and without user namespaces. Prints a table of
# seconds, megabytes, whether the browser has its sandbox, and what was asked for on the way.
#
#   tools/bare-root.sh [--folder DIR] [--only setup|tests] [--case NAME]... [--keep]
#
#   --folder DIR  where the root folders are made (default: a temporary folder; 5 GB); a base that is there is used again
#   --only WHAT   one of the two commands (tests need the setup of a run before, with --keep)
#   --case NAME   root, root-without, user, user-without (default: all four)
#   --keep        leaves the root folders
#
# Needs root and debootstrap (Debian: apt-get install debootstrap).
set -euo pipefail
checkout=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

folder='' only='' keep=no cases=()
while [ $# -gt 0 ]; do
  case "$1" in
    --folder) folder=$2; shift ;;
    --only) only=$2; shift ;;
    --case) cases+=("$2"); shift ;;
    --keep) keep=yes ;;
    -h | --help) sed -n '2,14s/^# \{0,1\}//p' "$0"; exit 0 ;;
    *) echo "bare-root: unknown option $1" >&2; exit 2 ;;
  esac
  shift
done
[ "${#cases[@]}" -gt 0 ] || cases=(root root-without user user-without)
[ "$(id -u)" = 0 ] || { echo 'bare-root: only root can make root folders' >&2; exit 2; }
command -v debootstrap >/dev/null || { echo 'bare-root: there is no debootstrap (Debian: apt-get install debootstrap)' >&2; exit 2; }
[ -n "$folder" ] || { folder=$(mktemp -d); keep_folder=no; }
mkdir -p "$folder"

# Everything is mounted in a namespace of ours, so that nothing stays mounted however this ends.
if [ -z "${BARE_ROOT_MOUNTS:-}" ]; then
  export BARE_ROOT_MOUNTS=1
  status=0
  words=(--folder "$folder")
  [ -z "$only" ] || words+=(--only "$only")
  for each in "${cases[@]}"; do words+=(--case "$each"); done
  [ "$keep" = no ] || words+=(--keep)
  unshare --mount --propagation private "$0" "${words[@]}" || status=$?
  [ "${keep_folder:-yes}" = yes ] || rm -rf "$folder"
  exit "$status"
fi

# ---- the base -----------------------------------------------------------------------------------------------------
base=$folder/base
if [ ! -e "$base/.complete" ]; then
  rm -rf "$base"
  echo "Making the base: Debian trixie (minbase), Node.js and npm" >&2
  debootstrap --variant=minbase trixie "$base" http://deb.debian.org/debian >"$folder/base.log" 2>&1
  cp /etc/resolv.conf "$base/etc/resolv.conf"
  mount -t proc proc "$base/proc"
  DEBIAN_FRONTEND=noninteractive chroot "$base" apt-get install -y --no-install-recommends nodejs npm >>"$folder/base.log" 2>&1
  umount "$base/proc"
  chroot "$base" useradd --create-home --shell /bin/bash someone
  # Where the way to the registry has an authority of its own.
  if [ -n "${NODE_EXTRA_CA_CERTS:-}" ]; then cp -L "$NODE_EXTRA_CA_CERTS" "$base/etc/authorities.crt"; fi
  : >"$base/.complete"
fi

# ---- one machine --------------------------------------------------------------------------------------------------
megabytes() { du -sxm "$1" | cut -f1; }

# Runs a line of shell inside as the case's user; the output goes to a log.
inside() { # case, line, log
  local user=someone home=/home/someone wrap=()
  case "$1" in root*) user=root home=/root ;; esac
  # In a user namespace of its own, with all users, the kernel can be told to allow no further ones.
  case "$1" in
    *-without)
      wrap=(unshare --user --map-users=0,0,65536 --map-groups=0,0,65536 --setuid=0 --setgid=0
        sh -c 'echo 0 >/proc/sys/user/max_user_namespaces && exec "$@"' sh)
      ;;
  esac
  local own=(HOME="$home" USER="$user" LOGNAME="$user" PATH="$home/.local/bin:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin" LANG=C.UTF-8)
  if [ -e "$machine/etc/authorities.crt" ]; then own+=(NODE_EXTRA_CA_CERTS=/etc/authorities.crt); fi
  # Not by chroot: the kernel allows no user namespaces inside of one. The shell stays as the first process of the machine: it reaps
  # those whose parents have ended, as an init does, and ends all that the command left behind.
  unshare --mount --pid --fork --kill-child --propagation private sh -c '
    mount --bind "$0" "$0" && cd "$0" && mount -t proc proc proc && mount --rbind /dev dev &&
    mkdir -p .before && pivot_root . .before && cd / && umount -l /.before && rmdir /.before || exit 125
    "$@" &
    wait "$!"
    status=$?
    kill -KILL -1 2>/dev/null
    wait
    exit "$status"' \
    "$machine" "${wrap[@]}" setpriv --reuid "$user" --regid "$user" --init-groups env -i "${own[@]}" bash -c "cd && cd browse && $2" \
    >"$3" 2>&1 </dev/null
}

# The lines in which a command says what it wants of its user.
asked() {
  { grep -E '^  Next: |as root: apt-get|^This machine lacks|apt-get install' "$1" || true; } | sed 's/^ *//; s/ \.\.\. *$//' | sort -u | paste -sd ';' | cut -c1-400
}

row() { printf '%-14s %-8s %8s %10s %7s  %-8s %s\n' "$@"; }
row case command seconds megabytes status sandbox 'asked for'
for name in "${cases[@]}"; do
  machine=$folder/$name
  home=/home/someone
  case "$name" in root*) home=/root ;; esac
  if [ "$only" != tests ]; then
    rm -rf "$machine"
    cp -a --reflink=auto "$base" "$machine"
    mkdir "$machine$home/browse"
    (cd "$checkout" && git ls-files -z --cached --others --exclude-standard | tar --null -T - -cf -) | tar -xf - -C "$machine$home/browse"
    case "$name" in user*) chroot "$machine" chown -R someone:someone "$home/browse" ;; esac
  fi
  for command in setup tests; do
    [ -z "$only" ] || [ "$only" = "$command" ] || continue
    line='./setup --link'
    [ "$command" = setup ] || line='npm test'
    before=$(megabytes "$machine") log=$folder/$name-$command.log status=0 began=$SECONDS wanted=''
    inside "$name" "$line" "$log" || status=$?
    wanted=$(asked "$log")
    # An ordinary user asks root for a browser, once, and goes on.
    if [ "$command" = setup ] && [ "$status" != 0 ] && grep -q 'no browser could be fetched' "$log"; then
      packages=$(sed -n 's/.*as root: apt-get install \([a-z -]*\)).*/\1/p' "$log" | head -1)
      # shellcheck disable=SC2086
      mount -t proc proc "$machine/proc" && DEBIAN_FRONTEND=noninteractive chroot "$machine" sh -c "apt-get update && apt-get install -y --no-install-recommends $packages" >"$log.root" 2>&1
      umount "$machine/proc"
      status=0
      inside "$name" "$line" "$log.again" || status=$?
      again=$(asked "$log.again")
      wanted="$wanted${again:+; $again}"
    fi
    took=$((SECONDS - began))
    inside "$name" './dist/browse doctor' "$log.doctor" || true
    sandbox=$(sed -n 's/^[a-z]* *sandbox *\([a-z]*\).*/\1/p' "$log.doctor")
    row "$name" "$command" "$took" "$(($(megabytes "$machine") - before))" "$status" "${sandbox:-unknown}" "${wanted:-nothing}"
  done
  [ "$keep" = yes ] || rm -rf "$machine"
done
