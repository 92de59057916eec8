// Package azure is the host for Azure Functions: a custom handler, which the Functions host calls over HTTP on the loopback
// interface.
//
// HTTP requests of clients come proxied, with their own paths, which all begin with the base path. Events come as POST /{function}.
// The two never meet: the base path is not empty, no function that takes events has the name of its first segment, and the path
// of an event is matched byte by byte. Otherwise a stranger could forge an event.
//
// Tasks are called by workflows over HTTP, as clients call routes: at /{base path}/_tasks/{function}, with a token that the runtime
// verifies.
// https://learn.microsoft.com/azure/azure-functions/functions-custom-handlers
package azure

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/isobar-dev/isobar/runtime/app"
	"github.com/isobar-dev/isobar/runtime/app/rest"
	"github.com/isobar-dev/isobar/runtime/metric"
)

// PortVariable is the environment variable with the port on which the Functions host expects the handler.
const PortVariable = "FUNCTIONS_CUSTOMHANDLER_PORT"

// Limits of the server. Clients talk to the Functions host, which has limits of its own; these bound what it passes on.
const (
	maxHeader    = 64 << 10
	readHeader   = 10 * time.Second
	drainTimeout = 30 * time.Second
)

// Main serves the app until the Functions host ends the process. It exits when it cannot.
func Main(a app.App, options ...app.Option) {
	app.LogJSON(os.Stdout, app.LogShape{Trace: trace})
	metric.SetDefault(metric.NewLines(os.Stdout, os.Getenv(app.StageVariable)))
	unsetReferences()
	err := a.Prepare(context.Background(), options)
	if err == nil {
		err = run(a)
		app.Shutdown()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "isobar:", err)
		os.Exit(1)
	}
}

// trace names what queries of Application Insights join by. The lines reach it as text, which a query parses:
// traces | extend line = parse_json(message).
// https://learn.microsoft.com/azure/azure-monitor/app/data-model-complete#context
func trace(s app.Scope) []slog.Attr {
	id, span, _ := s.IDs()
	return []slog.Attr{slog.String("traceId", id), slog.String("spanId", span)}
}

func run(a app.App) error {
	port := os.Getenv(PortVariable)
	if port == "" {
		return fmt.Errorf("%s is not set: this program is started by the Azure Functions host", PortVariable)
	}
	// The host takes any answer for readiness, so nothing may listen before all is ready to serve.
	letters := DeadLetters(os.Getenv, rest.Transport{})
	server := &http.Server{Handler: New(a, letters), ReadHeaderTimeout: readHeader, MaxHeaderBytes: maxHeader}
	var config net.ListenConfig
	listener, err := config.Listen(context.Background(), "tcp", net.JoinHostPort("127.0.0.1", port))
	if err != nil {
		return err
	}
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	// After that, as the host waits for an answer, and hearing of signals takes threads.
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	defer stop()
	select {
	case err := <-served:
		return err
	case <-ctx.Done():
	}
	bounded, cancel := context.WithTimeout(context.Background(), drainTimeout)
	defer cancel()
	return server.Shutdown(bounded)
}

// New returns the handler of an app. Where a function's dead letters go is what letters returns for its name; the function has none
// where that is nil, or letters itself.
func New(a app.App, letters func(function string) app.DeadLetters) http.Handler {
	h := &handler{mux: a.Mux(), events: map[string]http.Handler{}, tasks: a.TaskEndpoints()}
	for i := range a.Functions {
		f := &a.Functions[i]
		trigger, ok := triggers[f.Kind()]
		if !ok {
			continue
		}
		invocation := invocation{function: f, trigger: trigger}
		if trigger.givesUp && letters != nil {
			invocation.letters = letters(f.Name)
		}
		h.events["/"+f.Name] = invocation
	}
	return h
}

type handler struct {
	mux    http.Handler
	events map[string]http.Handler // by the target of their requests
	tasks  map[string]http.Handler // by the target of their requests
}

func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	event, isEvent := h.events[r.RequestURI]
	task, isTask := h.tasks[r.RequestURI]
	switch {
	case isTask:
		task.ServeHTTP(w, r)
	case isEvent && r.Method == http.MethodPost:
		event.ServeHTTP(w, r)
	case r.RequestURI == "/":
		w.WriteHeader(http.StatusOK) // the host asks whether this is up
	default:
		h.mux.ServeHTTP(w, r)
	}
}
