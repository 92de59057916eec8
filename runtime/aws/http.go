package aws

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/aws/aws-lambda-go/events"
)

// requests serves the payloads of an HTTP API, format 2.0.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
func requests(h http.Handler) invoker {
	return func(ctx context.Context, payload []byte) (any, error) {
		var event events.APIGatewayV2HTTPRequest
		if err := json.Unmarshal(payload, &event); err != nil {
			return nil, fmt.Errorf("decoding the request: %w", err)
		}
		r, err := request(ctx, &event)
		if err != nil {
			return nil, err
		}
		w := &recorder{header: http.Header{}}
		h.ServeHTTP(w, r)
		return w.response(r.Method), nil
	}
}

// request builds what net/http would have read from the client.
func request(ctx context.Context, e *events.APIGatewayV2HTTPRequest) (*http.Request, error) {
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
	for name, value := range e.Headers {
		// Repeated headers come joined by commas, which means the same.
		r.Header.Set(name, value)
	}
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

// response writes repeated headers joined by commas, cookies by themselves, and a body as text where it is text.
func (w *recorder) response(method string) events.APIGatewayV2HTTPResponse {
	w.WriteHeader(http.StatusOK)
	out := events.APIGatewayV2HTTPResponse{StatusCode: w.status, Headers: map[string]string{}}
	for name, values := range w.header {
		if name == "Set-Cookie" {
			out.Cookies = values
			continue
		}
		out.Headers[name] = strings.Join(values, ",")
	}
	if method == http.MethodHead {
		return out
	}
	if body := w.body.Bytes(); len(body) <= maxText && isText(w.header) && utf8.Valid(body) {
		out.Body = string(body)
	} else {
		out.Body, out.IsBase64Encoded = base64.StdEncoding.EncodeToString(body), true
	}
	return out
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
