package www

import (
	"fmt"
	"strings"
)

// A ComparisonRow is a row of the comparison of EventSource with WebSocket.
type ComparisonRow struct {
	Name  string // as www/compare.js calls it
	Unit  string // of its figures; "": they are counts or words
	Title string // what is measured, in few words, for a terminal

	claim, how [2]string // a common claim, and what is measured; in English and Chinese
	proxy      bool      // measured through nginx
}

// ComparisonRows are the rows of the comparison, in order.
var ComparisonRows = []ComparisonRow{
	{Name: "first", Unit: "ms", Title: "connection to first message",
		claim: [2]string{"EventSource needs no extra handshake", "EventSource 不需要额外的握手"},
		how:   [2]string{"time from connecting to the first message", "从发起连接到收到第一条消息的时间"}},
	{Name: "latency", Unit: "ms", Title: "one way, median",
		claim: [2]string{"A WebSocket delivers a message faster", "WebSocket 的消息更快送达"},
		how:   [2]string{"median one-way time of 50 messages, one every 10 ms", "单程延迟：50 条消息的中位数，每 10 毫秒一条"}},
	{Name: "rate", Unit: "/s", Title: "messages of 100 bytes",
		claim: [2]string{"A WebSocket delivers more messages", "WebSocket 的吞吐量更高"},
		how:   [2]string{"messages per second, 100 bytes each, sent one by one", "每秒消息数：每条 100 字节，逐条发送"}},
	{Name: "bytes", Unit: "B", Title: "on the wire for 100 bytes",
		claim: [2]string{"A WebSocket has less overhead", "WebSocket 的额外开销更小"},
		how:   [2]string{"bytes that the server wrote to the socket for a 100-byte message", "服务器为一条 100 字节的消息写入套接字的字节数"}},
	{Name: "back", Unit: "ms", Title: "back after a cut, without code for it",
		claim: [2]string{"EventSource reconnects on its own", "EventSource 会自动重连"},
		how:   [2]string{"time to reconnect after a cut, without any code", "断线后的恢复时间：不写任何代码"}},
	{Name: "told", Unit: "ms", Title: "the same, with a reconnection time of 100 ms",
		claim: [2]string{"A WebSocket needs code to reconnect", "WebSocket 要自己写重连"},
		how: [2]string{"time to reconnect after a cut. EventSource: the server sends <code>retry: 100</code>. WebSocket: ten lines of code that wait for 100 ms",
			"断线后的恢复时间。EventSource：服务器发送 <code>retry: 100</code>；WebSocket：十行代码，等待 100 毫秒后重连"}},
	{Name: "lost", Title: "messages lost in that cut",
		claim: [2]string{"EventSource loses no messages", "EventSource 不丢消息"},
		how: [2]string{"messages lost in that cut. EventSource: messages have ids. WebSocket: the same ten lines",
			"这次断线丢失的消息数。EventSource：消息带 id；WebSocket：同样的十行代码"}},
	{Name: "resumed", Title: "lost, with code that requests what is missing",
		claim: [2]string{"A WebSocket can do that, too", "WebSocket 也能不丢消息"},
		how: [2]string{"messages lost if the code also requests the missing messages and the server sends them",
			"代码额外请求补发、服务器也支持补发时，丢失的消息数"}},
	{Name: "plain", Title: "from another origin that sends no CORS headers",
		claim: [2]string{"A page cannot read another origin", "页面无法跨域读取"},
		how:   [2]string{"a server at another origin that has no rule for this", "另一个源，服务器未做任何跨域设置"}},
	{Name: "rule", Title: "from one that sends them / checks the origin",
		claim: [2]string{"The server decides which origins can", "能否跨域由服务器决定"},
		how: [2]string{"EventSource: a header allows all origins. WebSocket: the server checks <code>Origin</code>",
			"EventSource：响应头允许所有源；WebSocket：服务器检查 <code>Origin</code>"}},
	{Name: "many", Title: "open at once, of ten, HTTP/1.1",
		claim: [2]string{"At most six EventSources can be open", "EventSource 最多同时打开六个"},
		how:   [2]string{"connections open out of ten, to one origin over HTTP/1.1", "HTTP/1.1 下，对同一个源打开十个连接，成功的个数"}},
	{Name: "proxy-default", Unit: "ms", Title: "latest through nginx, default configuration", proxy: true,
		claim: [2]string{"Proxies delay events", "代理会让事件延迟"},
		how: [2]string{"longest delay of five messages in 0.8 s, through nginx with its default configuration",
			"经默认配置的 nginx，0.8 秒内五条消息的最大延迟"}},
	{Name: "proxy-hint", Unit: "ms", Title: "the same with X-Accel-Buffering: no", proxy: true,
		claim: [2]string{"A response header prevents the delay", "加一个响应头就能解决"},
		how:   [2]string{"the same, if the server sends <code>X-Accel-Buffering: no</code>", "同上，服务器发送 <code>X-Accel-Buffering: no</code>"}},
	{Name: "proxy-off", Unit: "ms", Title: "through nginx, buffering off", proxy: true,
		claim: [2]string{"A WebSocket needs a configured proxy", "WebSocket 需要代理单独配置"},
		how: [2]string{"the same, through nginx with <code>proxy_buffering off</code> and the <code>Upgrade</code> header passed on",
			"同上，nginx 设置 <code>proxy_buffering off</code> 并转发 <code>Upgrade</code> 头"}},
	{Name: "http2", Title: "open at once, of ten, nginx with HTTP/2", proxy: true,
		claim: [2]string{"HTTP/2 removes the limit of six", "HTTP/2 没有六个的限制"},
		how:   [2]string{"connections open out of ten, through nginx over HTTP/2", "经 nginx 使用 HTTP/2，打开十个连接，成功的个数"}},
}

// ComparisonColumns are the ways to receive messages, as www/compare.js calls them.
var ComparisonColumns = []string{"native", "polyfill", "websocket"}

// comparison returns the rows of the table on the page: a claim, how it was measured,
// and a place for each figure. compare.js fills them.
func comparison() string {
	heads := map[string]string{"native": "EventSource", "polyfill": "polyfill", "websocket": "WebSocket"}
	var b strings.Builder
	for _, row := range ComparisonRows {
		proxy := ""
		if row.proxy {
			proxy = " data-proxy"
		}
		fmt.Fprintf(&b, "<tr data-row=\"%s\" data-unit=\"%s\"%s><th scope=\"row\">%s<span class=\"how-measured\">%s</span></th>",
			row.Name, row.Unit, proxy, both(row.claim[0], row.claim[1]), both(row.how[0], row.how[1]))
		for _, column := range ComparisonColumns {
			fmt.Fprintf(&b, `<td data-column="%s"><span class="column">%s</span> <span class="figure none"></span><span class="how-measured spread"></span></td>`,
				column, heads[column])
		}
		b.WriteString("</tr>\n")
	}
	return b.String()
}
