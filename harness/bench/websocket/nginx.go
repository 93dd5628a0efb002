package websocket

import (
	"context"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"eventsource-wasm/harness/internal/selfsigned"
	"eventsource-wasm/harness/internal/tcpport"
)

// startLimit is how long nginx may take to start.
const startLimit = 10 * time.Second

// Proxies are the origins of an nginx in front of the server.
type Proxies struct {
	AsIs  string `json:"asis"`  // default configuration: only proxy_pass
	Tuned string `json:"tuned"` // buffering off, Upgrade headers passed on
	HTTP2 string `json:"http2"` // the same over HTTP/2, with a self-signed certificate
}

// ErrNoNginx means that nginx is not installed.
var ErrNoNginx = errors.New("no nginx found: run apt-get install nginx, or omit --proxy")

// FindNginx returns the path of nginx, or [ErrNoNginx].
func FindNginx() (string, error) {
	for _, name := range []string{"nginx", "/usr/sbin/nginx"} {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", ErrNoNginx
}

// StartProxies starts nginx in front of a port of this machine. It stops when ctx is
// done; wait returns after it has stopped and its files are removed.
func StartProxies(ctx context.Context, port int) (proxies *Proxies, wait func(), err error) {
	path, err := FindNginx()
	if err != nil {
		return nil, nil, err
	}
	folder, err := os.MkdirTemp("", "compare-nginx-")
	if err != nil {
		return nil, nil, err
	}
	ports, err := tcpport.Free(3)
	if err == nil {
		err = configure(folder, port, ports)
	}
	if err != nil {
		return nil, nil, errors.Join(err, os.RemoveAll(folder))
	}

	command := exec.CommandContext(ctx, path, "-p", folder, "-c", "nginx.conf", "-e", "error.log")
	command.WaitDelay = time.Second
	if err := command.Start(); err != nil {
		return nil, nil, errors.Join(err, os.RemoveAll(folder))
	}
	running, ended := context.WithTimeout(context.WithoutCancel(ctx), startLimit)
	exited := make(chan struct{})
	go func() { defer close(exited); defer ended(); _ = command.Wait() }()
	wait = func() { <-exited; _ = os.RemoveAll(folder) }

	for _, port := range ports {
		if tcpport.Await(running, port) != nil {
			_ = command.Process.Kill()
			said, _ := os.ReadFile(filepath.Join(folder, "error.log"))
			wait()
			return nil, nil, fmt.Errorf("nginx did not start: %s", strings.TrimSpace(string(said)))
		}
	}
	return &Proxies{
		AsIs:  fmt.Sprintf("http://127.0.0.1:%d", ports[0]),
		Tuned: fmt.Sprintf("http://127.0.0.1:%d", ports[1]),
		HTTP2: fmt.Sprintf("https://127.0.0.1:%d", ports[2]),
	}, wait, nil
}

// configure writes the files that nginx needs into a folder.
func configure(folder string, port int, ports []int) error {
	conf := fmt.Sprintf(configuration, port, ports[0], ports[1], ports[2])
	if err := os.WriteFile(filepath.Join(folder, "nginx.conf"), []byte(conf), 0o644); err != nil {
		return err
	}
	certificate, err := selfsigned.New()
	if err != nil {
		return err
	}
	private, err := x509.MarshalPKCS8PrivateKey(certificate.TLS.PrivateKey)
	if err != nil {
		return err
	}
	return errors.Join(
		writePEM(filepath.Join(folder, "certificate.pem"), "CERTIFICATE", certificate.TLS.Certificate[0]),
		writePEM(filepath.Join(folder, "key.pem"), "PRIVATE KEY", private))
}

func writePEM(path, kind string, content []byte) error {
	return os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: content}), 0o600)
}

// configuration is that of nginx. Its first server has the defaults. The name of the
// upstream is its Host header by default, and the site refuses names that it does not know.
const configuration = `
daemon off;
master_process off;
pid nginx.pid;
error_log error.log;
events {}
http {
	access_log off;
	client_body_temp_path body;
	proxy_temp_path proxy;
	fastcgi_temp_path fastcgi;
	uwsgi_temp_path uwsgi;
	scgi_temp_path scgi;
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
