package aws

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/isobar-dev/isobar/runtime/app/jsonscan"
)

// gateway serves the payloads of an HTTP API, format 2.0.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
type gateway struct{ routes http.Handler }

// Invoke implements lambda.Handler.
func (g gateway) Invoke(ctx context.Context, payload []byte) ([]byte, error) {
	var p proxied
	if err := jsonscan.ReadShared(payload, &p, scanProxied); err != nil {
		return nil, fmt.Errorf("decoding the request: %w", err)
	}
	r, err := p.request(inTime(ctx))
	if err != nil {
		return nil, err
	}
	w := &recorder{header: http.Header{}}
	g.routes.ServeHTTP(w, r)
	return w.answer(r.Method), nil
}

// request builds what net/http would have read from the client.
func (p *proxied) request(ctx context.Context) (*http.Request, error) {
	client := &p.RequestContext.HTTP
	if p.RawPath == "" || client.Method == "" {
		return nil, errors.New("the payload is no request of an HTTP API in format 2.0: it has no rawPath, or no method")
	}
	body, err := p.body()
	if err != nil {
		return nil, fmt.Errorf("decoding the request's body: %w", err)
	}
	header := p.Headers.canonical()
	host := header.Get("Host")
	delete(header, "Host")
	if len(p.Cookies) > 0 {
		header["Cookie"] = []string{strings.Join(p.Cookies, "; ")}
	}
	if len(header["Traceparent"]) == 0 { // then that of the invocation, as other clouds add one
		if parent := traceOf(ctx); parent != "" {
			header["Traceparent"] = []string{parent}
		}
	}
	// Other than its name says, HTTP APIs decode rawPath: https://github.com/fastify/aws-lambda-fastify/issues/169,
	// https://github.com/honojs/hono/issues/2156. Decoding it again would read %2541 as A, and a question mark as a query's begin.
	u := &url.URL{Path: p.RawPath, RawQuery: p.RawQueryString}
	return (&http.Request{
		Method: client.Method, URL: u, RequestURI: u.RequestURI(), Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: header, Host: host, Body: body, ContentLength: int64(body.Len()), RemoteAddr: net.JoinHostPort(client.SourceIP, "0"),
	}).WithContext(ctx), nil
}

// body returns the body, as it was sent.
func (p *proxied) body() (body, error) {
	if !p.IsBase64Encoded {
		return body{strings.NewReader(p.Body)}, nil
	}
	data, err := base64.StdEncoding.DecodeString(p.Body)
	return body{strings.NewReader(string(data))}, err
}

// body is the body of a request.
type body struct{ *strings.Reader }

// Close implements [io.Closer]: there is nothing to close.
func (body) Close() error { return nil }

// recorder is a response on its way to API Gateway.
type recorder struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (w *recorder) Header() http.Header { return w.header }

func (w *recorder) WriteHeader(status int) {
	if w.status == 0 {
		w.status = status
	}
}

func (w *recorder) Write(data []byte) (int, error) {
	w.WriteHeader(http.StatusOK)
	return w.body.Write(data)
}

// answer is the response as API Gateway takes it: repeated headers joined by commas, cookies by themselves, and a body as text where it is
// text.
func (w *recorder) answer(method string) []byte {
	w.WriteHeader(http.StatusOK)
	body := w.body.Bytes()
	if method == http.MethodHead {
		body = nil
	}
	out := append(make([]byte, 0, 512+len(body)+len(body)/2), `{"statusCode":`...)
	out = strconv.AppendInt(out, int64(w.status), 10)
	if cookies := w.header["Set-Cookie"]; len(cookies) > 0 {
		out = append(out, `,"cookies":[`...)
		for _, cookie := range cookies {
			out = append(jsonscan.AppendText(out, cookie), ',')
		}
		out[len(out)-1] = ']'
	}
	out = append(out, `,"headers":{`...)
	first := true
	for name, values := range w.header {
		if name == "Set-Cookie" {
			continue
		}
		if !first {
			out = append(out, ',')
		}
		first = false
		out = append(jsonscan.AppendText(out, name), ':')
		out = jsonscan.AppendText(out, strings.Join(values, ","))
	}
	out = append(out, '}')
	switch {
	case len(body) == 0:
	case len(body) <= maxText && isText(w.header) && utf8.Valid(body):
		out = jsonscan.AppendText(append(out, `,"body":`...), body)
	default:
		out = append(out, `,"isBase64Encoded":true,"body":"`...)
		out = append(base64.StdEncoding.AppendEncode(out, body), '"')
	}
	return append(out, '}')
}

// maxText is how long a body may be to travel as text, in bytes. JSON can make six bytes of one, and an answer of Lambda has 6 MB.
// https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
const maxText = 512 << 10

// isText tells whether a body may travel as text.
func isText(h http.Header) bool {
	if h.Get("Content-Encoding") != "" {
		return false
	}
	kind, _, _ := strings.Cut(h.Get("Content-Type"), ";")
	kind = strings.ToLower(strings.TrimSpace(kind))
	return strings.HasPrefix(kind, "text/") || strings.HasSuffix(kind, "+json") || strings.HasSuffix(kind, "+xml") ||
		kind == "application/json" || kind == "application/xml" || kind == "application/javascript" || kind == "application/x-www-form-urlencoded"
}
