package check

import (
	"fmt"
	"strings"
)

// A Severity says how bad a finding is.
type Severity string

const (
	Fault Severity = "fault" // clients miss events, get them late, or stop
	Hint  Severity = "hint"  // did no harm in this check, but may elsewhere or later
)

// A Text is a text in the languages of the web site.
type Text struct{ English, Chinese string }

// A Point is one point of advice to authors of servers. Its texts are HTML.
type Point struct {
	Name  string // in [Rule.Point]
	Title Text
	Text  Text
}

// Points are the advice of the servers page, in its order.
var Points = []Point{
	{
		"headers",
		Text{"Has the right headers.", "响应头正确"},
		Text{
			"With anything but status 200 and <code>Content-Type: text/event-stream</code>, the browser fails the connection and does not reconnect. Add <code>Cache-Control: no-store, no-transform</code>, so that it is neither cached nor recoded.",
			"状态码必须是 200，<code>Content-Type</code> 必须是 <code>text/event-stream</code>，否则浏览器直接报错，不会重连。再加上 <code>Cache-Control: no-store, no-transform</code>，避免被缓存或改写。",
		},
	},
	{
		"start",
		Text{"Starts at once.", "立即开始"},
		Text{
			"Flush a few bytes of the body together with the headers: Firefox fires <code>open</code> only after the first byte of the body.",
			"响应头和少量正文要一起先发出去，因为 Firefox 收到正文的第一个字节才触发 <code>open</code>。",
		},
	},
	{
		"flush",
		Text{"Flushes each event,", "每个事件都立即 flush"},
		Text{
			"and ends it with a blank line. Nothing between server and client may buffer or compress the stream.",
			"并以空行结尾。服务器和客户端之间的任何环节都不能缓冲或压缩事件流。",
		},
	},
	{
		"ids",
		Text{"Gives its events ids,", "事件带 <code>id</code>"},
		Text{
			"and resumes after <code>Last-Event-ID</code>. An id must stay valid when the server restarts. A <code>retry</code> of a second or more, different for each connection, spreads the clients that return after a restart.",
			"断线重连后从 <code>Last-Event-ID</code> 之后继续发送。服务器重启后，id 仍要有效。每个连接发送不同的 <code>retry</code>（至少一秒），服务器重启后客户端就不会同时涌回。",
		},
	},
	{
		"silence",
		Text{"Is never silent for long.", "不长时间静默"},
		Text{
			"Send a comment, a line with <code>:</code>, every 15 seconds. Proxies then do not close the idle connection, and the server notices that a client has disconnected.",
			"每 15 秒发一行注释 <code>:</code>，避免代理关闭空闲连接，也能及时发现客户端已断开。",
		},
	},
	{
		"errors",
		Text{"Is honest about errors.", "如实报告错误"},
		Text{
			"Answer 401, 403, 429 or 503, not a page with status 200, and say with <code>Retry-After</code> when to come back.",
			"出错时返回 401、403、429 或 503，不要用状态码 200 返回一个网页；用 <code>Retry-After</code> 说明何时重试。",
		},
	},
	{
		"cors",
		Text{"Allows the pages that may read it.", "允许有权的网页读取"},
		Text{
			"A page of another origin needs <code>Access-Control-Allow-Origin</code>, and a script that resumes also a preflight that allows <code>Last-Event-ID</code>.",
			"其他源的网页需要 <code>Access-Control-Allow-Origin</code>；用脚本续传时，预检还要允许 <code>Last-Event-ID</code>。",
		},
	},
	{
		"slow",
		Text{"Disconnects slow clients.", "断开过慢的客户端"},
		Text{
			"They reconnect and resume. Do not queue events for them without a limit.",
			"它们会重连并续传。不要无限制地为它们缓存事件。",
		},
	},
	{
		"stop",
		Text{"Stops", "及时停止"},
		Text{
			"when the client disconnects. To prevent a client from reconnecting, answer 204.",
			"客户端断开后就停止发送。不想让客户端再重连，就返回 204。",
		},
	},
}

// A Rule is what a finding can be about.
type Rule struct {
	ID       string // check/NAME, permanent
	Severity Severity
	Point    string // the advice that it belongs to: the name of one of Points, or "http2"
	Title    Text   // what is wrong
	Why      string
	Fix      Text              // for any server
	Lines    map[Server]string // the line of configuration or code that fixes it
}

// A Server is a kind of server or proxy, as its Server, Via and X-Powered-By headers
// suggest.
type Server string

const (
	Nginx   Server = "nginx"
	Apache  Server = "Apache"
	Caddy   Server = "Caddy"
	Express Server = "Express"
	Spring  Server = "Spring"
	ASPNET  Server = "ASP.NET"
	Flask   Server = "Flask"
	Go      Server = "Go"
)

// Servers are all servers for which there are lines, in the order of the tables.
var Servers = []Server{Nginx, Apache, Caddy, Express, Spring, ASPNET, Flask, Go}

// A signature is a part of a header that suggests a server. All is in lower case.
type signature struct {
	header, part string
	server       Server
}

var signatures = []signature{
	{"Server", "nginx", Nginx},
	{"Server", "openresty", Nginx},
	{"Via", "nginx", Nginx},
	{"Server", "apache", Apache},
	{"Via", "apache", Apache},
	{"Server", "caddy", Caddy},
	{"Via", "caddy", Caddy},
	{"X-Powered-By", "express", Express},
	{"X-Application-Context", "", Spring},
	{"Server", "kestrel", ASPNET},
	{"Server", "microsoft-iis", ASPNET},
	{"X-Powered-By", "asp.net", ASPNET},
	{"Server", "gunicorn", Flask},
	{"Server", "werkzeug", Flask},
}

// unbuffered are the lines that switch buffering off.
var unbuffered = map[Server]string{
	Nginx:   "proxy_buffering off;",
	Apache:  "ProxyPass /events http://127.0.0.1:8080/events flushpackets=on",
	Caddy:   "reverse_proxy 127.0.0.1:8080 { flush_interval -1 }",
	Express: "response.write(text); response.flush?.() // flush is that of the package compression",
	Spring:  "return a Flux<ServerSentEvent<T>>, or SseEmitter.send for each event",
	ASPNET:  "await response.Body.FlushAsync();",
	Flask:   "return Response(generator(), mimetype='text/event-stream') # and yield each event",
	Go:      "http.NewResponseController(w).Flush()",
}

// setHeader returns lines that set a header, for each server.
func setHeader(name, value string) map[Server]string {
	return map[Server]string{
		Nginx:   fmt.Sprintf("add_header %s %q;", name, value),
		Apache:  fmt.Sprintf("Header set %s %q", name, value),
		Caddy:   fmt.Sprintf("header %s %q", name, value),
		Express: fmt.Sprintf("response.set('%s', '%s')", name, value),
		Spring:  fmt.Sprintf("response.setHeader(%q, %q);", name, value),
		ASPNET:  fmt.Sprintf("response.Headers[%q] = %q;", name, value),
		Flask:   fmt.Sprintf("response.headers[%q] = %q", name, value),
		Go:      fmt.Sprintf("w.Header().Set(%q, %q)", name, value),
	}
}

// Rules are all rules. An id is permanent.
var Rules = []Rule{
	{
		"check/invalid-http", Fault, "headers",
		Text{"The response is not valid HTTP", "响应不是有效的 HTTP"},
		"Clients fail the connection, or lose the rest of the stream.",
		Text{"Let a web server or framework write the head and the chunks of the response.", "让 Web 服务器或框架来写响应头和分块。"}, nil,
	},
	{
		"check/status", Fault, "headers",
		Text{"The status is not 200", "状态码不是 200"},
		"A browser fails the connection and never reconnects by itself.",
		Text{"Answer 200. Use another status only to turn a client away.", "返回 200。只有拒绝客户端时才用其他状态码。"}, nil,
	},
	{
		"check/type", Fault, "headers",
		Text{"The type is not text/event-stream", "类型不是 text/event-stream"},
		"A browser fails the connection and never reconnects by itself.",
		Text{"Send Content-Type: text/event-stream.", "发送 Content-Type: text/event-stream。"}, setHeader("Content-Type", "text/event-stream"),
	},
	{
		"check/html", Fault, "errors",
		Text{"A page came with status 200", "以状态码 200 返回了网页"},
		"Often it is a login or an error page. The client sees only a wrong type, so it cannot ask for a login.",
		Text{"Answer 401 to a request that accepts text/event-stream, in place of a page or a redirect to one.", "对接受 text/event-stream 的请求返回 401，不要返回网页或重定向到网页。"}, nil,
	},
	{
		"check/charset", Fault, "headers",
		Text{"The charset is not UTF-8", "字符集不是 UTF-8"},
		"Event streams are always decoded as UTF-8, whatever the charset says, and some clients refuse another one.",
		Text{"Write UTF-8, and send Content-Type: text/event-stream without another charset.", "用 UTF-8 输出，并发送不带其他字符集的 Content-Type: text/event-stream。"},
		setHeader("Content-Type", "text/event-stream"),
	},
	{
		"check/cacheable", Fault, "headers",
		Text{"The response may be cached", "响应可能被缓存"},
		"A cache may answer a new client with old events.",
		Text{"Send Cache-Control: no-store, no-transform.", "发送 Cache-Control: no-store, no-transform。"}, setHeader("Cache-Control", "no-store, no-transform"),
	},
	{
		"check/no-store", Hint, "headers",
		Text{"Cache-Control has no no-store", "Cache-Control 缺少 no-store"},
		"Caches decide by themselves what to keep, and browsers keep the stream for the back button.",
		Text{"Send Cache-Control: no-store, no-transform.", "发送 Cache-Control: no-store, no-transform。"}, setHeader("Cache-Control", "no-store, no-transform"),
	},
	{
		"check/no-transform", Hint, "headers",
		Text{"Cache-Control has no no-transform", "Cache-Control 缺少 no-transform"},
		"Proxies and middleware that compress responses then hold events back until their buffer is full.",
		Text{"Send Cache-Control: no-store, no-transform.", "发送 Cache-Control: no-store, no-transform。"}, setHeader("Cache-Control", "no-store, no-transform"),
	},
	{
		"check/content-length", Fault, "headers",
		Text{"The response has a Content-Length", "响应带有 Content-Length"},
		"The connection ends after that many bytes, even in the middle of an event.",
		Text{"Do not set Content-Length. HTTP/1.1 then uses chunks.", "不要设置 Content-Length，HTTP/1.1 会自动改用分块传输。"}, nil,
	},
	{
		"check/accel-buffering", Hint, "headers",
		Text{"X-Accel-Buffering: no is missing", "缺少 X-Accel-Buffering: no"},
		"An nginx in front of the server buffers responses unless this header, or its configuration, forbids it.",
		Text{"Send X-Accel-Buffering: no.", "发送 X-Accel-Buffering: no。"}, setHeader("X-Accel-Buffering", "no"),
	},
	{
		"check/redirect", Hint, "headers",
		Text{"The URL redirects", "URL 被重定向"},
		"Each reconnection takes another round trip, and a redirect to another origin needs its permission.",
		Text{"Give clients the final URL.", "让客户端直接使用最终的 URL。"}, nil,
	},
	{
		"check/slow-head", Fault, "start",
		Text{"The head came late", "响应头来得太晚"},
		"The page waits for open. Servers that send the head with the first event look broken until there is one, and something that buffers holds the head back too.",
		Text{"Flush the head, and a first line such as a comment, before waiting for events.", "在等待事件之前，先把响应头和第一行（例如注释）flush 出去。"}, unbuffered,
	},
	{
		"check/first-byte", Hint, "start",
		Text{"No byte of the body came with the head", "响应头之后没有立即发送正文"},
		"Firefox fires open at the first byte of the body, and so do clients behind some proxies.",
		Text{"Write a comment or a retry field at once, and flush it with the head.", "立即写一行注释或 retry 字段，和响应头一起 flush。"}, unbuffered,
	},
	{
		"check/buffered", Fault, "flush",
		Text{"Something buffers the stream", "事件流被缓冲"},
		"Events arrive late and many at once, because the server, or something in front of it, waits until a buffer is full.",
		Text{"Flush after each event, and switch off buffering and compression on the way.", "每个事件之后都 flush，并关闭途中的缓冲和压缩。"}, unbuffered,
	},
	{
		"check/compressed-buffered", Fault, "flush",
		Text{"Compression buffers the stream", "压缩导致事件流被缓冲"},
		"All browsers accept compression. A compressor that is not flushed holds events back until it has some kilobytes.",
		Text{"Do not compress text/event-stream, or flush the compressor after each event.", "不要压缩 text/event-stream，或者在每个事件之后 flush 压缩器。"},
		map[Server]string{
			Nginx:   "gzip_types text/css application/javascript; # without text/event-stream",
			Apache:  "SetEnvIf Request_URI ^/events no-gzip=1",
			Caddy:   "encode { match header !Content-Type text/event-stream* }",
			Express: "app.use(compression({filter: (request, response) => response.getHeader('Content-Type') !== 'text/event-stream'}))",
			Spring:  "server.compression.excluded-user-agents=eventsource # and no text/event-stream in server.compression.mime-types",
			ASPNET:  "options.MimeTypes = types.Except([\"text/event-stream\"]);",
			Flask:   "COMPRESS_MIMETYPES = ['text/html', 'text/css'] # without text/event-stream",
			Go:      "flush the gzip.Writer, then http.NewResponseController(w).Flush()",
		},
	},
	{
		"check/unfinished-block", Fault, "flush",
		Text{"The blank line of an event came late or never", "事件的空行来得太晚或没有发送"},
		"A client dispatches an event at the blank line after it, and discards an event without one.",
		Text{"End each event with an empty line, in the same write.", "每个事件都以空行结尾，并在同一次写入中发送。"}, nil,
	},
	{
		"check/line-ends", Hint, "flush",
		Text{"The stream mixes kinds of line ends", "混用了不同的换行符"},
		"The standard allows LF, CR and CRLF, but some clients handle a mixture wrongly.",
		Text{"End all lines with LF. Split data at CR, LF and CRLF into several data fields.", "所有行都以 LF 结尾。数据中遇到 CR、LF 和 CRLF 时，拆成多个 data 字段。"}, nil,
	},
	{
		"check/utf8", Fault, "flush",
		Text{"The stream is not valid UTF-8", "事件流不是有效的 UTF-8"},
		"Clients read U+FFFD in place of the invalid bytes.",
		Text{"Encode text as UTF-8, and binary data as base64. Never cut a character in two.", "文本用 UTF-8 编码，二进制数据用 base64。不要把一个字符切成两半。"}, nil,
	},
	{
		"check/unknown-field", Fault, "flush",
		Text{"A line has an unknown field name", "存在未知的字段名"},
		"Clients ignore the line. Names are in lower case, without a space before the colon.",
		Text{"Use data, event, id and retry, and begin comments with a colon. Split data that has several lines.", "只用 data、event、id 和 retry，注释以冒号开头。多行数据要拆成多个 data 字段。"}, nil,
	},
	{
		"check/event-name", Fault, "flush",
		Text{"An event is called error or open", "事件名为 error 或 open"},
		"Listeners for the client's own events of that name get it, and take it for a lost connection.",
		Text{"Give the event another name.", "给事件换一个名字。"}, nil,
	},
	{
		"check/retry-value", Fault, "ids",
		Text{"A retry field is not a number", "retry 字段不是数字"},
		"Clients ignore the field unless it consists of ASCII digits only.",
		Text{"Send milliseconds as digits only: retry: 2000", "只用数字写毫秒数：retry: 2000"}, nil,
	},
	{
		"check/id-nul", Fault, "ids",
		Text{"An id contains a NUL", "id 含有 NUL 字符"},
		"Clients ignore the field.",
		Text{"Use ids of printable characters.", "id 只用可打印字符。"}, nil,
	},
	{
		"check/no-ids", Hint, "ids",
		Text{"Events have no ids", "事件没有 id"},
		"A client that reconnects cannot say what it has seen, so it misses events or gets them again.",
		Text{"Send an id field with each event.", "每个事件都发送 id 字段。"}, nil,
	},
	{
		"check/resume-gap", Fault, "ids",
		Text{"Resuming after Last-Event-ID skips events", "从 Last-Event-ID 续传时遗漏了事件"},
		"A client that reconnects misses events without noticing.",
		Text{"Keep recent events, and send those after the one that Last-Event-ID names.", "保留最近的事件，并发送 Last-Event-ID 所指事件之后的那些。"}, nil,
	},
	{
		"check/resume-repeat", Fault, "ids",
		Text{"Resuming after Last-Event-ID repeats events", "从 Last-Event-ID 续传时重复发送了事件"},
		"A client that reconnects receives events again that it has already handled.",
		Text{"Begin with the event after the one that Last-Event-ID names.", "从 Last-Event-ID 所指事件的下一个开始发送。"}, nil,
	},
	{
		"check/unknown-id", Fault, "ids",
		Text{"An unknown Last-Event-ID is not answered with a stream", "无法识别的 Last-Event-ID 得不到事件流"},
		"A client whose id the server has forgotten, for example after a restart, can then never reconnect.",
		Text{"Treat an unknown id like none, and start with the newest event.", "遇到未知的 id，就当作没有 id，从最新的事件开始。"}, nil,
	},
	{
		"check/no-retry", Hint, "ids",
		Text{"The stream has no retry field", "事件流没有 retry 字段"},
		"Clients choose the reconnection time by themselves; in browsers it is 3 to 5 seconds.",
		Text{"Send a retry field first: retry: 2000", "先发送 retry 字段：retry: 2000"}, nil,
	},
	{
		"check/retry-range", Fault, "ids",
		Text{"The reconnection time is below 1 s or above 30 s", "重连时间小于 1 秒或大于 30 秒"},
		"With a short one, clients flood a server that restarts; with a long one, they miss what happens.",
		Text{"Send 1000 to 30000 milliseconds.", "发送 1000 到 30000 毫秒。"}, nil,
	},
	{
		"check/retry-constant", Hint, "ids",
		Text{"The reconnection time is the same for each connection", "每个连接的重连时间都相同"},
		"After a restart, all clients return in the same moment. Browsers add no randomness of their own.",
		Text{"Vary it: 1000 plus a random number below 1000.", "让它各不相同：1000 加上一个小于 1000 的随机数。"}, map[Server]string{
			Express: "response.write(`retry: ${1000 + Math.floor(1000 * Math.random())}\\n\\n`)",
			Flask:   "yield f\"retry: {1000 + random.randrange(1000)}\\n\\n\"",
			Go:      "fmt.Fprintf(w, \"retry: %d\\n\\n\", 1000+rand.IntN(1000))",
			Spring:  "SseEmitter.event().reconnectTime(1000 + ThreadLocalRandom.current().nextLong(1000))",
			ASPNET:  "$\"retry: {1000 + Random.Shared.Next(1000)}\\n\\n\"",
		},
	},
	{
		"check/silent", Fault, "silence",
		Text{"The stream was silent for more than 25 s", "事件流静默超过 25 秒"},
		"Proxies and mobile networks close connections that are idle for 30 or 60 seconds.",
		Text{"Send a comment every 15 seconds.", "每 15 秒发送一行注释。"}, map[Server]string{
			Express: "setInterval(() => response.write(':\\n'), 15000)",
			Spring:  "SseEmitter.event().comment(\"\") // each 15 s",
			ASPNET:  "await response.WriteAsync(\":\\n\"); // each 15 s",
			Flask:   "yield ':\\n' # when there is no event for 15 s",
			Go:      "case <-time.After(15 * time.Second): io.WriteString(w, \":\\n\")",
		},
	},
	{
		"check/timed-out", Fault, "silence",
		Text{"The connection ended at a usual time limit", "连接在常见的超时时刻断开"},
		"Something on the way closes connections after 30, 60 or 100 seconds, whether or not they are idle.",
		Text{"Raise the limit, or end responses on the server before it.", "提高这个上限，或者在到达之前由服务器结束响应。"}, map[Server]string{
			Nginx:   "proxy_read_timeout 1h;",
			Apache:  "ProxyTimeout 3600",
			Caddy:   "servers { timeouts { idle 1h } }",
			Express: "server.requestTimeout = 0",
			Spring:  "new SseEmitter(0L); spring.mvc.async.request-timeout=-1",
			ASPNET:  "RequestTimeouts: options.DefaultPolicy = null;",
			Flask:   "gunicorn --timeout 0 --threads 100",
			Go:      "http.NewResponseController(w).SetWriteDeadline(time.Time{})",
		},
	},
	{
		"check/cut", Fault, "silence",
		Text{"The connection was cut", "连接被中断"},
		"The response did not end as HTTP requires. Data that was not read yet is lost.",
		Text{"Find out what closes it: a crash, a limit of the server, or a proxy.", "查明是什么关闭了连接：崩溃、服务器的限制，还是代理。"}, nil,
	},
	{
		"check/short-lived", Hint, "silence",
		Text{"The server ended the stream", "服务器结束了事件流"},
		"Clients reconnect each time, and between two connections they get nothing.",
		Text{"Keep the response open, or answer 204 when there will be no more events.", "保持响应不结束；如果不再有事件，就返回 204。"}, nil,
	},
	{
		"check/retry-after", Fault, "errors",
		Text{"429 or 503 without Retry-After", "429 或 503 没有 Retry-After"},
		"Clients cannot know when to come back, and try again too early.",
		Text{"Send Retry-After with seconds.", "发送 Retry-After，值为秒数。"}, setHeader("Retry-After", "30"),
	},
	{
		"check/error-type", Fault, "errors",
		Text{"The type of an error does not fit its body", "错误响应的类型与正文不符"},
		"Clients that read the reason of an error decode it by its type.",
		Text{"Send the type of the body, such as application/json or text/html.", "发送正文的真实类型，例如 application/json 或 text/html。"}, nil,
	},
	{
		"check/cors", Fault, "cors",
		Text{"The page of the origin may not read the stream", "该源的网页无权读取事件流"},
		"The browser fails the connection.",
		Text{"Send Access-Control-Allow-Origin with the origin; with cookies also Access-Control-Allow-Credentials: true.", "发送 Access-Control-Allow-Origin，值为该来源；带 cookie 时还要发送 Access-Control-Allow-Credentials: true。"},
		setHeader("Access-Control-Allow-Origin", "https://app.example"),
	},
	{
		"check/vary", Fault, "cors",
		Text{"Vary does not name Origin", "Vary 没有包含 Origin"},
		"A cache may answer one origin with the permission of another.",
		Text{"Send Vary: Origin whenever Access-Control-Allow-Origin depends on it.", "只要 Access-Control-Allow-Origin 取决于来源，就发送 Vary: Origin。"}, setHeader("Vary", "Origin"),
	},
	{
		"check/preflight", Fault, "cors",
		Text{"The preflight does not allow Last-Event-ID", "预检不允许 Last-Event-ID"},
		"Scripts that resume, polyfills and most client libraries among them, cannot reconnect. The browser's own EventSource needs no preflight.",
		Text{"Answer OPTIONS with a 2xx status, Access-Control-Allow-Origin and Access-Control-Allow-Headers: Last-Event-ID.", "对 OPTIONS 返回 2xx 状态码，并带上 Access-Control-Allow-Origin 和 Access-Control-Allow-Headers: Last-Event-ID。"},
		setHeader("Access-Control-Allow-Headers", "Last-Event-ID"),
	},
	{
		"check/http2", Hint, "http2",
		Text{"The server does not speak HTTP/2", "服务器不支持 HTTP/2"},
		"Over HTTP/1.1, browsers open at most six connections to an origin, and each stream of each tab takes one.",
		Text{"Switch on HTTP/2.", "启用 HTTP/2。"}, map[Server]string{
			Nginx:  "http2 on;",
			Apache: "Protocols h2 http/1.1",
			Caddy:  "servers { protocols h1 h2 h3 }",
			Spring: "server.http2.enabled=true",
			ASPNET: "listenOptions.Protocols = HttpProtocols.Http1AndHttp2;",
			Go:     "http.ListenAndServeTLS(address, \"cert.pem\", \"key.pem\", handler)",
		},
	},
	{
		"check/http2-differs", Fault, "http2",
		Text{"HTTP/2 is answered differently", "HTTP/2 的响应不同"},
		"Browsers use HTTP/2 where they can, so they get this response, not the one over HTTP/1.1.",
		Text{"Look for headers such as Connection or Transfer-Encoding, which HTTP/2 forbids, and for other routes.", "检查是否有 HTTP/2 禁止的响应头（如 Connection、Transfer-Encoding），以及路由是否不同。"}, nil,
	},
}

// rule returns the rule with an id.
func rule(id string) Rule {
	for _, r := range Rules {
		if r.ID == id {
			return r
		}
	}
	panic("check: no rule " + id) // a mistake in rules.go: a test finds every rule
}

// Help returns a line for each rule.
func Help() string {
	var b strings.Builder
	for _, r := range Rules {
		fmt.Fprintf(&b, "  %-26s %-5s  %s\n", r.ID, r.Severity, r.Title.English)
	}
	return b.String()
}
