package app

import (
	"context"
	"io"
	"log/slog"
	"os"
	"slices"
	"strings"

	"github.com/isobar-dev/isobar/runtime/fn"
)

// Scope is what a call is about. Every record that a handler logs with its context carries it.
type Scope struct {
	// Function is the name of the function that is called.
	Function string
	// Event is the ID of the event; empty for a request.
	Event string
	// Attempt counts deliveries of the event from 1; 0 when it is not known.
	Attempt int
	// Trace is the trace context that the event or the request came with.
	Trace fn.TraceContext
}

type scopeKey struct{}

func (s Scope) within(ctx context.Context) context.Context {
	return context.WithValue(ctx, scopeKey{}, s)
}

// IDs returns the trace and the parent span of the scope, in hexadecimal, and whether the trace is sampled. They are empty when the
// trace context is none. https://www.w3.org/TR/trace-context/#traceparent-header-field-values
func (s Scope) IDs() (trace, span string, sampled bool) {
	parts := strings.Split(s.Trace.Parent, "-")
	if len(parts) < 4 || len(parts[1]) != 32 || len(parts[2]) != 16 || len(parts[3]) != 2 {
		return "", "", false
	}
	return parts[1], parts[2], strings.ContainsAny(parts[3][1:], "13579bdf")
}

// LogShape says how a cloud's console reads records.
type LogShape struct {
	// Replace renames and rewrites attributes; it may be nil.
	Replace func(groups []string, a slog.Attr) slog.Attr
	// Trace returns the attributes by which the console finds a record's trace; it may be nil.
	Trace func(Scope) []slog.Attr
}

// LogJSON makes slog's default logger write one JSON object a line, from the level on that the environment variable LOG_LEVEL names
// (debug, info, warn, error; info unless set), in a cloud's shape. What is logged with the context of a handler carries the
// function, the event, the attempt and the trace.
func LogJSON(w io.Writer, shape LogShape) {
	var level slog.Level
	_ = level.UnmarshalText([]byte(os.Getenv("LOG_LEVEL"))) // info, when it names none
	slog.SetDefault(slog.New(scoped{
		base: slog.NewJSONHandler(w, &slog.HandlerOptions{Level: level, ReplaceAttr: shape.Replace}), trace: shape.Trace,
	}))
}

// scoped adds the scope of a record's context to it, outside of the groups that a logger has opened.
type scoped struct {
	base  slog.Handler
	trace func(Scope) []slog.Attr
	// opened are the groups and attributes of the logger, in their order, to be put on top of the scope.
	opened []func(slog.Handler) slog.Handler
}

func (h scoped) Enabled(ctx context.Context, level slog.Level) bool {
	return h.base.Enabled(ctx, level)
}

func (h scoped) Handle(ctx context.Context, r slog.Record) error {
	handler := h.base
	if s, ok := ctx.Value(scopeKey{}).(Scope); ok {
		handler = handler.WithAttrs(h.attributes(s))
	}
	for _, open := range h.opened {
		handler = open(handler)
	}
	return handler.Handle(ctx, r)
}

func (h scoped) attributes(s Scope) []slog.Attr {
	attrs := []slog.Attr{slog.String("function", s.Function)}
	if s.Event != "" {
		attrs = append(attrs, slog.String("event", s.Event), slog.Int("attempt", s.Attempt))
	}
	if h.trace != nil && s.Trace.Parent != "" {
		attrs = append(attrs, h.trace(s)...)
	}
	return attrs
}

func (h scoped) WithAttrs(attrs []slog.Attr) slog.Handler {
	return h.open(func(base slog.Handler) slog.Handler { return base.WithAttrs(attrs) })
}

func (h scoped) WithGroup(name string) slog.Handler {
	return h.open(func(base slog.Handler) slog.Handler { return base.WithGroup(name) })
}

func (h scoped) open(f func(slog.Handler) slog.Handler) slog.Handler {
	h.opened = append(slices.Clip(h.opened), f)
	return h
}
