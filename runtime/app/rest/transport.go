package rest

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
)

// Transport makes requests over HTTP/1.1, each on a connection of its own, to the address that the request names and to no proxy. The
// body of an answer can be read to its first 64 KiB.
//
// It is for the few requests that a host makes by itself. http.Transport keeps connections, knows HTTP/2, proxies and compression, and
// weighs 540 KB, a tenth of a custom handler, with everyone who never has a dead letter.
type Transport struct {
	// TLS is how to speak TLS; it may be nil.
	TLS *tls.Config
}

// RoundTrip implements [http.RoundTripper].
func (t Transport) RoundTrip(r *http.Request) (*http.Response, error) {
	conn, err := t.dial(r)
	if err != nil {
		if r.Body != nil {
			err = errors.Join(err, r.Body.Close())
		}
		return nil, err
	}
	// What closes the connection ends what waits for it.
	c := &connection{Conn: conn}
	c.stop = context.AfterFunc(r.Context(), func() { _ = conn.Close() })
	resp, err := exchange(conn, r)
	if err != nil {
		_ = c.end() // nothing was read from it that could be cut off
		if ended := r.Context().Err(); ended != nil {
			err = ended
		}
		return nil, err
	}
	resp.Body = answer{resp.Body, c}
	return resp, nil
}

func (t Transport) dial(r *http.Request) (net.Conn, error) {
	port := r.URL.Port()
	if r.URL.Scheme == "https" {
		if port == "" {
			port = "443"
		}
		dialer := tls.Dialer{Config: t.TLS}
		return dialer.DialContext(r.Context(), "tcp", net.JoinHostPort(r.URL.Hostname(), port))
	}
	if port == "" {
		port = "80"
	}
	var dialer net.Dialer
	return dialer.DialContext(r.Context(), "tcp", net.JoinHostPort(r.URL.Hostname(), port))
}

// exchange writes a request and reads the answer, behind those that only inform.
func exchange(conn net.Conn, r *http.Request) (*http.Response, error) {
	last := r.Clone(r.Context())
	last.Close = true
	if err := last.Write(conn); err != nil {
		return nil, err
	}
	reader := bufio.NewReader(io.LimitReader(conn, maxAnswer))
	for {
		resp, err := http.ReadResponse(reader, r)
		if err != nil || resp.StatusCode >= http.StatusOK {
			return resp, err
		}
	}
}

// connection is a connection until its end.
type connection struct {
	net.Conn
	stop func() bool
}

func (c *connection) end() error {
	c.stop()
	return c.Close()
}

// answer is the body of an answer, with which the connection ends.
type answer struct {
	io.ReadCloser
	connection *connection
}

// Close implements [io.Closer].
func (a answer) Close() error { return errors.Join(a.ReadCloser.Close(), a.connection.end()) }
