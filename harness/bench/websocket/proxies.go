package websocket

import (
	"fmt"

	"eventsource-wasm/harness/internal/nginx"
	"eventsource-wasm/harness/internal/selfsigned"
	"eventsource-wasm/harness/internal/tcpport"
)

// Proxies are the origins of an nginx in front of the server.
type Proxies struct {
	AsIs  string `json:"asis"`  // default configuration: only proxy_pass
	Tuned string `json:"tuned"` // buffering off, Upgrade headers passed on
	HTTP2 string `json:"http2"` // the same over HTTP/2, with a self-signed certificate
}

// StartProxies starts nginx in front of a port of this machine. The caller must call
// stop.
func StartProxies(port int) (proxies *Proxies, stop func(), err error) {
	ports, err := tcpport.Free(3)
	if err != nil {
		return nil, nil, err
	}
	certificate, err := selfsigned.New()
	if err != nil {
		return nil, nil, err
	}
	server, err := nginx.New(fmt.Sprintf(configuration, port, ports[0], ports[1], ports[2]), certificate, ports...)
	if err != nil {
		return nil, nil, err
	}
	if err := server.Start(); err != nil {
		server.Close()
		return nil, nil, err
	}
	return &Proxies{
		AsIs:  fmt.Sprintf("http://127.0.0.1:%d", ports[0]),
		Tuned: fmt.Sprintf("http://127.0.0.1:%d", ports[1]),
		HTTP2: fmt.Sprintf("https://127.0.0.1:%d", ports[2]),
	}, server.Close, nil
}

// configuration is that of nginx. Its first server has the defaults. The name of the
// upstream is its Host header by default, and the site refuses names that it does not know.
const configuration = `
master_process off;
events {}
http {` + nginx.HTTP + `
	map $http_upgrade $connection_of_upgrade { default upgrade; '' ''; }
	server {
		listen 127.0.0.1:%[2]d;
		location / { proxy_pass http://127.0.0.1:%[1]d; }
	}
	server {
		listen 127.0.0.1:%[3]d;
		location / {
			proxy_pass http://127.0.0.1:%[1]d;
			proxy_http_version 1.1;
			proxy_buffering off;
			proxy_set_header Upgrade $http_upgrade;
			proxy_set_header Connection $connection_of_upgrade;
		}
	}
	server {
		listen 127.0.0.1:%[4]d ssl http2;
		ssl_certificate certificate.pem;
		ssl_certificate_key key.pem;
		location / {
			proxy_pass http://127.0.0.1:%[1]d;
			proxy_http_version 1.1;
			proxy_buffering off;
			proxy_set_header Upgrade $http_upgrade;
			proxy_set_header Connection $connection_of_upgrade;
		}
	}
}
`
