#!/bin/sh
# Installs what a target of the Makefile needs: setup.sh site|dev|notebooks|notebooks-yolo|browser|lock
set -eu
cd "$(dirname "$0")/.."

say() { printf '%s\n' "$*" >&2; }

find_python() {
  for name in ${PYTHON:-} python3.11 python3.12 python3.13 python3; do
    if command -v "$name" >/dev/null 2>&1 &&
      "$name" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))'; then
      printf '%s' "$name"
      return
    fi
  done
  say "No Python 3.11, 3.12 or 3.13 found."
  say "On Debian or Ubuntu: sudo apt-get install python3 python3-venv"
  say "Elsewhere: install it from python.org or with pyenv, or name one: make serve PYTHON=/path/to/python3.12"
  exit 1
}

make_venv() {
  [ -x "$1/bin/python" ] && return
  python=$(find_python)
  if ! "$python" -c 'import venv, ensurepip' 2>/dev/null; then
    say "$python has no venv module."
    say "On Debian or Ubuntu: sudo apt-get install python3-venv"
    exit 1
  fi
  say "Creating $1 with $("$python" --version)"
  "$python" -m venv "$1"
}

# The stamp is written last, so that an interrupted run is repeated.
install() {
  venv=$1 stamp=$2
  shift 2
  make_venv "$venv"
  say "Installing $* into $venv (once; a minute or two)"
  "$venv/bin/python" -m pip install --quiet --disable-pip-version-check "$@"
  touch "$venv/$stamp"
}

# An overlay sees the packages of another environment through a .pth file, behind its own.
overlay() {
  venv=$1 base=$2
  make_venv "$venv"
  purelib='import sysconfig; print(sysconfig.get_path("purelib"))'
  "$base/bin/python" -c "$purelib" >"$("$venv/bin/python" -c "$purelib")/notebooks.pth"
}

browser() {
  for name in ${CHROMIUM:-} chromium chromium-browser google-chrome google-chrome-stable; do
    command -v "$name" >/dev/null 2>&1 && return
  done
  command="apt-get install -y --no-install-recommends chromium"
  if command -v apt-get >/dev/null 2>&1; then
    if [ "$(id -u)" = 0 ]; then sudo=""; else sudo="sudo -n"; fi
    if [ -z "$sudo" ] || $sudo true 2>/dev/null; then
      say "Installing Chromium for the browser tests (once)"
      $sudo apt-get update -qq && $sudo $command -qq >/dev/null && return
    fi
  fi
  say "The browser tests need Chromium. Install it with:"
  say "    sudo $command"
  say "or name one: CHROMIUM=/path/to/chrome make test"
  exit 1
}

lock() {
  make_venv .venv
  .venv/bin/python -m pip install --quiet --disable-pip-version-check uv
  for groups in "site" "dev"; do
    flags="--group site"
    [ "$groups" = dev ] && flags="--group site --group dev"
    # shellcheck disable=SC2086
    .venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
      $flags --custom-compile-command "make lock" -o "requirements/$groups.lock"
  done
}

case ${1:-} in
  site) install .venv .site --require-hashes -r requirements/site.lock ;;
  dev) install .venv .dev --require-hashes -r requirements/dev.lock && touch .venv/.site ;;
  notebooks) install .venv-notebooks .notebooks --no-deps -r requirements/notebooks.lock ;;
  notebooks-yolo)
    PYTHON=$(pwd)/.venv-notebooks/bin/python
    overlay .venv-notebooks-yolo .venv-notebooks
    install .venv-notebooks-yolo .notebooks-yolo --no-deps -r requirements/notebooks-yolo.txt
    ;;
  browser) browser ;;
  lock) lock ;;
  *) say "usage: setup.sh site|dev|notebooks|notebooks-yolo|browser|lock" && exit 2 ;;
esac
