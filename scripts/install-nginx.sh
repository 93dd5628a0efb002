#!/bin/sh
# Unpacks Debian's nginx into build/nginx, for the tests that put nginx in front of the
# servers. It does not install a service, and needs no root.
set -eu
cd "$(dirname "$0")/.."

mkdir -p build/nginx
cd build/nginx
rm -f nginx_*.deb
apt-get download --quiet=2 --option APT::Sandbox::User= nginx
dpkg --extract nginx_*.deb .
rm nginx_*.deb
usr/sbin/nginx -v
