#!/bin/sh
# Installs Xvfb with apt, for the tests of browsers with windows.
set -eu
root=
[ "$(id -u)" -eq 0 ] || root='sudo --non-interactive'
install="$root apt-get -o DPkg::Lock::Timeout=300 install --yes --no-install-recommends xvfb"
$install || { $root apt-get update && $install; }
