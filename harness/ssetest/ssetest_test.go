package ssetest

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// get reads what the server sends until it ends the connection.
func get(t *testing.T, url string) (status int, body string, err error) {
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: 10 * time.Second}
	response, err := client.Get(url)
	if err != nil {
		return 0, "", err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	return response.StatusCode, string(text), err
}

func TestServe(t *testing.T) {
	url, requests := Serve(t, `{
		"server": [
			[{"send": "data: a\n\n"}, {"end": true}],
			[{"send": "data: b"}, {"cut": true}],
			[{"respond": {"status": 204}}, {"end": true}]
		],
		"routes": {"other": [[{"send": "x"}, {"end": true}]]}
	}`)
	status, body, err := get(t, url)
	require.NoError(t, err)
	require.Equal(t, 200, status)
	require.Equal(t, "data: a\n\n", body)

	_, body, err = get(t, url+"any/path?query")
	require.ErrorIs(t, err, io.ErrUnexpectedEOF)
	require.Equal(t, "data: b", body)

	_, body, err = get(t, url+"other?x")
	require.NoError(t, err)
	require.Equal(t, "x", body)

	for range 2 { // the last script answers all later requests
		status, _, err = get(t, url)
		require.NoError(t, err)
		require.Equal(t, 204, status)
	}

	seen := requests()
	require.Len(t, seen, 5)
	require.Equal(t, "/any/path?query", seen[1].Target)
	require.Equal(t, "other", seen[2].Route)
	require.Equal(t, "gzip", seen[0].Header("accept-encoding"))
	require.Empty(t, seen[0].Header("Last-Event-ID"))
}

// The port refuses connections for a time, and a stream is held until the client leaves.
func TestRefuse(t *testing.T) {
	url, requests := Serve(t, `[
		[{"refuse": 400}, {"send": "data: a\n\n"}, {"end": true}],
		[{"send": "data: b\n\n"}, {"end": true}]
	]`)
	_, body, err := get(t, url)
	require.NoError(t, err)
	require.Equal(t, "data: a\n\n", body)
	_, _, err = get(t, url)
	require.ErrorContains(t, err, "connection refused")
	require.Eventually(t, func() bool { _, body, _ = get(t, url); return body == "data: b\n\n" }, 10*time.Second, 20*time.Millisecond)
	require.Len(t, requests(), 2)
}

// A test in another process controls the server over HTTP.
func TestControl(t *testing.T) {
	script, err := ReadScript([]byte(`[[{"send": "data: a\n\n"}], [{"send": "data: b\n\n"}]]`))
	require.NoError(t, err)
	server, err := Start(script, "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(server.Close)
	control := httptest.NewServer(server.Control())
	t.Cleanup(control.Close)
	requests := func() (list []Request) {
		_, body, err := get(t, control.URL+"/requests")
		require.NoError(t, err)
		require.NoError(t, json.Unmarshal([]byte(body), &list))
		return list
	}
	require.Empty(t, requests())

	for range 2 {
		response, err := http.Get(server.URL())
		require.NoError(t, err)
		line, err := bufio.NewReader(response.Body).ReadString('\n')
		require.NoError(t, err)
		require.Equal(t, "data: a\n", line)
		list := requests()
		require.Len(t, list, 1)
		require.Equal(t, "GET", list[0].Method)
		require.Contains(t, list[0].Header("User-Agent"), "Go-http-client")

		reset, err := http.Post(control.URL+"/reset", "", nil)
		require.NoError(t, err)
		require.Equal(t, http.StatusNoContent, reset.StatusCode)
		_, err = io.ReadAll(response.Body)
		require.Error(t, err, "the connection is closed")
		response.Body.Close()
		require.Empty(t, requests())
	}
}

func TestCaseScript(t *testing.T) {
	script, err := CaseScript("parse/crlf")
	require.NoError(t, err)
	server, err := Start(script, "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(server.Close)
	conn, err := net.Dial("tcp", server.URL()[len("http://"):len(server.URL())-1])
	require.NoError(t, err)
	defer conn.Close()
	fmt.Fprint(conn, "GET / HTTP/1.1\r\n\r\n")
	line, err := bufio.NewReader(conn).ReadString('\n')
	require.NoError(t, err)
	require.Equal(t, "HTTP/1.1 200 OK\r\n", line)

	_, err = CaseScript("parse/")
	require.ErrorContains(t, err, `"parse/" names `)
	_, err = CaseScript("parse/x")
	require.ErrorContains(t, err, `no case "parse/x"`)
}

func TestStartRefuses(t *testing.T) {
	script, err := CaseScript("parse/lf")
	require.NoError(t, err)
	_, err = Start(script, "8080")
	require.EqualError(t, err, `invalid address "8080": want host:port, for example 127.0.0.1:8080`)
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer taken.Close()
	_, err = Start(script, taken.Addr().String())
	require.ErrorContains(t, err, "is in use (127.0.0.1:0 picks a free one)")
}
