package app

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/isobar-dev/isobar/runtime/trace"
)

// MaxRequestBody is how many bytes of a request's body a handler can read, on every cloud; reading on fails with an
// *http.MaxBytesError. It is less than the tightest cloud takes.
const MaxRequestBody = 4 << 20

// MaxRequestHeader is how many bytes the target and the headers of a request may have, those included that clouds add on the way;
// what is larger is answered with 431. A cloud may take less: API Gateway's limit is 10,240 bytes.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html
const MaxRequestHeader = 16 << 10

// MaxResponseBody is how many bytes a handler can answer with, on every cloud; what is larger is answered with 500. Lambda takes the
// least, 6 MB, in which base64 has to fit.
const MaxResponseBody = 4 << 20

// Mux returns a handler of all the app's routes. It matches as http.ServeMux does, on every cloud; where nothing matches it
// answers 404 or 405 in JSON. A response is buffered, so that a panic or a deadline midway is answered with a clean 500 or 504. It
// answers preflight requests itself, and a request without the token that its route requires.
func (a *App) Mux() http.Handler {
	mux := http.NewServeMux()
	for i := range a.Functions {
		f := &a.Functions[i]
		if f.Handler.kind != KindHTTP {
			continue
		}
		method, path, _ := strings.Cut(f.Handler.pattern, " ")
		mux.Handle(method+" "+a.BasePath+strings.TrimSuffix(path, "/"), bounded{f, a.guard(f)})
	}
	if a.CORS != nil {
		return crossOrigin{a.CORS, mux, router{mux}}
	}
	return router{mux}
}

// router answers in JSON what the mux would answer in plain text, and what is too large to be passed on.
type router struct{ mux *http.ServeMux }

func (m router) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if headerSize(r) > MaxRequestHeader {
		fail(w, http.StatusRequestHeaderFieldsTooLarge)
		return
	}
	routed := &routedWriter{ResponseWriter: w, request: r}
	m.mux.ServeHTTP(routed, r)
	answer := routed.unmatched
	if answer == nil {
		return
	}
	if answer.status/100 == 3 {
		answer.copyTo(w) // to the clean path, where Google Cloud's framework sends clients too
		return
	}
	if allow := answer.header.Get("Allow"); allow != "" {
		w.Header().Set("Allow", allow)
	}
	fail(w, answer.status)
}

// routedWriter passes on what the handler of a route answers, and keeps what the mux itself answers a request that no route has.
type routedWriter struct {
	http.ResponseWriter
	request   *http.Request
	unmatched *buffer
}

// writer is where an answer goes. The mux says in the request which route it has found.
func (w *routedWriter) writer() http.ResponseWriter {
	if w.request.Pattern != "" {
		return w.ResponseWriter
	}
	if w.unmatched == nil {
		w.unmatched = newBuffer()
	}
	return w.unmatched
}

func (w *routedWriter) Header() http.Header { return w.writer().Header() }

func (w *routedWriter) WriteHeader(status int) { w.writer().WriteHeader(status) }

func (w *routedWriter) Write(data []byte) (int, error) { return w.writer().Write(data) }

// Unwrap is for [http.ResponseController].
func (w *routedWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// headerSize is how many bytes the target of a request and its headers have.
func headerSize(r *http.Request) int {
	size := len(r.RequestURI)
	for name, values := range r.Header {
		for _, value := range values {
			size += len(name) + len(value)
		}
	}
	return size
}

// fail answers with a status and its text in JSON, and tells nothing more.
func fail(w http.ResponseWriter, status int) {
	body, _ := json.Marshal(map[string]string{"error": strings.ToLower(http.StatusText(status))})
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(append(body, '\n'))
}

// bounded calls a function for a request, within its timeout.
type bounded struct {
	function *Function
	handler  http.HandlerFunc
}

func (b bounded) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := b.function.within(r.Context())
	defer cancel()
	scope := Scope{Function: b.function.Name, Trace: trace.Parse(r.Header.Get("Traceparent"), r.Header.Get("Tracestate"))}
	ctx, end := begin(ctx, Call{scope, KindHTTP, r.Pattern})
	r = r.WithContext(ctx)
	start := time.Now()
	answer := newBuffer()
	// Not with w, which a handler that goes on after its deadline would then change beside fail.
	r.Body = http.MaxBytesReader(answer, r.Body, MaxRequestBody)
	done := make(chan error, 1)
	goCall(func() {
		done <- b.function.recovered(ctx, func(context.Context) error {
			b.handler(answer, r)
			return nil
		})
	})
	var err error
	select {
	case err = <-done:
		// An answer that came with the deadline is late: which of the two is seen first must not matter.
		if errors.Is(ctx.Err(), context.DeadlineExceeded) {
			err = &lateError{errors.Join(ctx.Err(), err)}
		} else if err == nil {
			err = answer.err
		}
	case <-ctx.Done():
		// The handler may go on writing to its own buffer; nobody reads it any more.
		err = &lateError{ctx.Err()}
	}
	if err == nil {
		answer.copyTo(w)
		end(Result{Status: answer.status})
		return
	}
	status := http.StatusInternalServerError
	if _, late := errors.AsType[*lateError](err); late {
		status = http.StatusGatewayTimeout
	}
	log(ctx, r.Pattern, start, err)
	fail(w, status)
	end(Result{err, status})
}
