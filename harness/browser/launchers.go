package browser

import "slices"

// launchers are the browsers that are known.
var launchers = []*Launcher{
	{
		Name:     "chromium",
		Title:    "Chromium",
		Variable: "CHROME",
		Programs: []string{
			"chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "headless-shell",
			"/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
			"/Applications/Chromium.app/Contents/MacOS/Chromium",
		},
		Version: []string{"{program}", "--version"},
		Args:    chromiumArgs,
		Root:    chromiumRoot,
		Trust:   &Trust{Args: []string{"--ignore-certificate-errors-spki-list={key}", "--host-resolver-rules=MAP *.test 127.0.0.1"}},
		Drive:   &Drive{By: "devtools", Args: []string{"--remote-debugging-port=0"}},
	},
	{
		Name:     "firefox",
		Title:    "Firefox",
		Variable: "FIREFOX",
		Programs: []string{"firefox-esr", "firefox", "/Applications/Firefox.app/Contents/MacOS/firefox"},
		Version:  []string{"{program}", "--version"},
		Args:     []string{"--headless", "--no-remote", "--profile", "{profile}", "{url}"},
		Files:    []File{{"user.js", firefoxPrefs}},
		Drive:    &Drive{By: "bidi", Args: []string{"--remote-debugging-port={port}"}},
	},
	{
		Name:     "webkit",
		Title:    "WebKitGTK's MiniBrowser",
		Variable: "WEBKIT",
		Programs: []string{"/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser"},
		Version:  []string{"dpkg-query", "-W", "-f", "${Version}", "libwebkit2gtk-4.1-0"},
		Args:     []string{"{url}"},
		Display:  true,
		Drive:    &Drive{By: "webdriver", Program: []string{"WebKitWebDriver", "--port={port}"}, Capabilities: `{"alwaysMatch": {}}`},
	},
	{
		Name:     "wpe",
		Title:    "WPE WebKit's MiniBrowser",
		Variable: "WPE",
		Programs: []string{"/usr/lib/x86_64-linux-gnu/wpe-webkit-1.1/MiniBrowser"},
		Version:  []string{"{program}", "--version"},
		Args:     []string{"--headless", "{url}"},
		Drive: &Drive{
			By:           "webdriver",
			Program:      []string{"WPEWebDriver", "--port={port}"},
			Capabilities: `{"alwaysMatch": {"wpe:browserOptions": {"binary": "{program}", "args": ["--automation", "--headless"]}}}`,
		},
	},
}

// chromiumArgs keep the browser quiet where there is no network, and its timers
// exact in a window that nobody looks at.
var chromiumArgs = []string{
	"--user-data-dir={profile}",
	"--headless",
	"--disable-gpu",
	"--disable-dev-shm-usage",
	"--disable-background-networking",
	"--disable-component-update",
	"--disable-default-apps",
	"--disable-extensions",
	"--disable-features=Translate,WebUIOmniboxPopup,WebUIOmniboxAimPopup", // the latter two load a page of the browser's own
	"--disable-quic",
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

// chromiumRoot are what root cannot start it without.
var chromiumRoot = []string{"--no-sandbox"}

// firefoxPrefs keep the browser quiet.
const firefoxPrefs = `user_pref("browser.shell.checkDefaultBrowser", false);
`

// with puts more arguments before the page.
func with(args []string, more ...string) []string {
	return slices.Insert(slices.Clone(args), len(args)-1, more...)
}
