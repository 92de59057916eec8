package aws

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"mime"
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
	ctx, cancel := inTime(ctx)
	defer cancel()
	var p proxied
	if err := jsonscan.ReadShared(payload, &p, scanProxied); err != nil {
		return nil, fmt.Errorf("decoding the request: %w", err)
	}
	r, err := p.request(ctx)
	if err != nil {
		return nil, err
	}
	w := &recorder{header: http.Header{}}
	g.routes.ServeHTTP(w, r)
	return w.answer(r.Method), nil
}

// request builds what net/http would have read from the client.
func (e *proxied) request(ctx context.Context) (*http.Request, error) {
	body := []byte(e.Body)
	if e.IsBase64Encoded {
		var err error
		if body, err = base64.StdEncoding.DecodeString(e.Body); err != nil {
			return nil, fmt.Errorf("decoding the request's body: %w", err)
		}
	}
	if e.RawPath == "" {
		return nil, fmt.Errorf("the payload is no request of an HTTP API in format 2.0: it has no rawPath")
	}
	r, err := http.NewRequestWithContext(ctx, e.RequestContext.HTTP.Method, "/", bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("reading the request: %w", err)
	}
	// Other than its name says, HTTP APIs decode rawPath: https://github.com/fastify/aws-lambda-fastify/issues/169,
	// https://github.com/honojs/hono/issues/2156. Decoding it again would read %2541 as A, and a question mark as a query's begin.
	u := &url.URL{Path: e.RawPath, RawQuery: e.RawQueryString}
	r.URL, r.RequestURI = u, u.RequestURI()
	r.Header = e.Headers.canonical()
	if len(e.Cookies) > 0 {
		r.Header.Set("Cookie", strings.Join(e.Cookies, "; "))
	}
	r.Host = r.Header.Get("Host")
	r.Header.Del("Host")
	r.RemoteAddr = e.RequestContext.HTTP.SourceIP + ":0"
	if strings.Contains(e.RequestContext.HTTP.SourceIP, ":") {
		r.RemoteAddr = "[" + e.RequestContext.HTTP.SourceIP + "]:0"
	}
	return r, nil
}

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
		out = jsonscan.AppendText(append(out, `,"body":`...), string(body))
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
	kind, _, err := mime.ParseMediaType(h.Get("Content-Type"))
	if err != nil {
		return false
	}
	return strings.HasPrefix(kind, "text/") || strings.HasSuffix(kind, "+json") || strings.HasSuffix(kind, "+xml") ||
		kind == "application/json" || kind == "application/xml" || kind == "application/javascript" || kind == "application/x-www-form-urlencoded"
}
