// Package nginx finds, starts and stops the web server nginx on this machine.
package nginx

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
	"syscall"
	"time"

	"eventsource-wasm/harness/internal/processgroup"
	"eventsource-wasm/harness/internal/selfsigned"
	"eventsource-wasm/harness/internal/tcpport"
)

// startLimit is how long nginx may take to start.
const startLimit = 10 * time.Second

// ErrNone means that nginx is not installed.
var ErrNone = errors.New("no nginx found: run apt-get install nginx")

// Find returns the path of nginx, or [ErrNone].
func Find() (string, error) {
	for _, name := range []string{"nginx", "/usr/sbin/nginx"} {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", ErrNone
}

// preamble keeps nginx in the foreground and all its files in its folder.
const preamble = `
daemon off;
pid nginx.pid;
error_log error.log;
`

// HTTP begins the block http of a configuration: nothing is logged, and temporary files
// are in the folder of nginx.
const HTTP = `
	access_log off;
	client_body_temp_path body;
	proxy_temp_path proxy;
	fastcgi_temp_path fastcgi;
	uwsgi_temp_path uwsgi;
	scgi_temp_path scgi;
`

// A Server is an nginx with a folder of its own.
type Server struct {
	path, folder string
	ports        []int

	command *exec.Cmd // nil: it is not running
	exited  chan struct{}
}

// New writes a configuration into a new folder, with a certificate in the files
// certificate.pem and key.pem. The ports are those at which it listens. The caller must
// call [Server.Close].
func New(configuration string, certificate selfsigned.Certificate, ports ...int) (*Server, error) {
	path, err := Find()
	if err != nil {
		return nil, err
	}
	folder, err := os.MkdirTemp("", "harness-nginx-")
	if err != nil {
		return nil, err
	}
	s := &Server{path: path, folder: folder, ports: ports}
	if os.Getuid() == 0 {
		configuration = "user root;" + configuration // else its workers could not use the folder
	}
	if err := s.configure(preamble+configuration, certificate); err != nil {
		return nil, errors.Join(err, os.RemoveAll(folder))
	}
	return s, nil
}

func (s *Server) configure(configuration string, certificate selfsigned.Certificate) error {
	if err := os.WriteFile(filepath.Join(s.folder, "nginx.conf"), []byte(configuration), 0o644); err != nil {
		return err
	}
	private, err := x509.MarshalPKCS8PrivateKey(certificate.TLS.PrivateKey)
	if err != nil {
		return err
	}
	return errors.Join(
		writePEM(filepath.Join(s.folder, "certificate.pem"), "CERTIFICATE", certificate.TLS.Certificate[0]),
		writePEM(filepath.Join(s.folder, "key.pem"), "PRIVATE KEY", private))
}

func writePEM(path, kind string, content []byte) error {
	return os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: content}), 0o600)
}

// Start starts nginx and waits until it listens.
func (s *Server) Start() error {
	s.command = exec.Command(s.path, "-p", s.folder, "-c", "nginx.conf", "-e", "error.log")
	s.command.SysProcAttr = processgroup.In(0)
	if err := s.command.Start(); err != nil {
		s.command = nil
		return err
	}
	running, ended := context.WithTimeout(context.Background(), startLimit)
	s.exited = make(chan struct{})
	go func(command *exec.Cmd) { defer close(s.exited); defer ended(); _ = command.Wait() }(s.command)
	for _, port := range s.ports {
		if tcpport.Await(running, port) != nil {
			s.Stop()
			said, _ := os.ReadFile(filepath.Join(s.folder, "error.log"))
			return fmt.Errorf("nginx did not start: %s", strings.TrimSpace(string(said)))
		}
	}
	return nil
}

// Group returns the ID of the process group of nginx and its workers.
func (s *Server) Group() int { return s.command.Process.Pid }

// Reload makes nginx read its configuration again, as nginx -s reload does: new workers
// start and the old ones end.
func (s *Server) Reload() error { return s.command.Process.Signal(syscall.SIGHUP) }

// Stop kills nginx with its workers. Their connections end at once.
func (s *Server) Stop() {
	if s.command == nil {
		return
	}
	processgroup.Kill(s.Group())
	_ = s.command.Process.Kill()
	<-s.exited
	s.command = nil
}

// Close stops nginx and removes its files.
func (s *Server) Close() {
	s.Stop()
	_ = os.RemoveAll(s.folder)
}
