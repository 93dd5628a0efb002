# Sees to it that there is a Chromium. To be read by a script in the root:
# `. scripts/chromium.sh`. CHROME names a Chromium that is not in the PATH.

have_chromium() {
	if [ -n "${CHROME:-}" ]; then
		command -v "$CHROME" >/dev/null
		return
	fi
	for program in chromium chromium-browser google-chrome google-chrome-stable chrome headless-shell; do
		if command -v "$program" >/dev/null; then return 0; fi
	done
	return 1
}

no_chromium() {
	echo "no Chromium found: $1" >&2
	exit 2
}

install_chromium() {
	# Ubuntu knows it by its second name.
	install='apt-get update && { apt-get install -y chromium || apt-get install -y chromium-browser; }'
	if [ "$(id -u)" = 0 ]; then
		root=
	elif command -v sudo >/dev/null; then
		root=sudo
	else
		no_chromium "run as root: $install"
	fi
	echo "no Chromium found, installing it: $root sh -c '$install'" >&2
	$root sh -c "$install" >&2 || no_chromium 'apt-get could not install it (set CHROME to the path of one)'
}

if ! have_chromium; then
	[ -z "${CHROME:-}" ] || no_chromium "CHROME=$CHROME is no program (set it to the path of one)"
	command -v apt-get >/dev/null || no_chromium 'there is no apt-get here (install one, or set CHROME to its path)'
	install_chromium
	have_chromium || no_chromium 'apt-get installed it, but it is not in the PATH (set CHROME to its path)'
fi
