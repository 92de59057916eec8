// Package gcp is the host for Google Cloud Functions, over functions-framework-go. Every unit is an HTTP function: the API, a push
// subscription's endpoint for each function that takes messages, objects or ticks, and Eventarc's for each that takes the changes of a
// table. Who may call them is for IAM to say, before a request gets here.
//
// The Raw of an event is a json.RawMessage, the body of the push; of a table's it is a []byte, a google.events.cloud.firestore.v1.DocumentEventData
// in protobuf.
package gcp

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"strings"

	"github.com/GoogleCloudPlatform/functions-framework-go/functions"

	"github.com/isobar-dev/isobar/runtime/app"
	"github.com/isobar-dev/isobar/runtime/app/rest"
	"github.com/isobar-dev/isobar/runtime/metric"
)

// Register registers an entry point for each unit of an app: Http for all routes, and for a function that takes events its name in
// PascalCase (process-order is ProcessOrder). Which of them a process serves the environment variable FUNCTION_TARGET says. It exits when
// the process cannot be prepared.
func Register(a app.App, options ...app.Option) {
	app.LogJSON(os.Stdout, app.LogShape{Replace: attribute, Trace: trace})
	metric.SetDefault(metric.NewLines(os.Stdout, os.Getenv(app.StageVariable)))
	if err := a.Prepare(context.Background(), options); err != nil {
		fmt.Fprintln(os.Stderr, "isobar:", err)
		os.Exit(1)
	}
	var drain drain
	for entryPoint, handler := range New(a, DeadLetters(os.Getenv, rest.Transport{})) {
		functions.HTTP(entryPoint, drain.counted(handler))
	}
}

// New returns the handler of each entry point of an app. Changes of tables that are given up go to letters, if there are any: Pub/Sub
// has a dead-letter topic for all else.
func New(a app.App, letters app.DeadLetters) map[string]http.HandlerFunc {
	handlers := map[string]http.HandlerFunc{}
	for i := range a.Functions {
		f := &a.Functions[i]
		switch f.Kind() {
		case app.KindHTTP:
			if _, ok := handlers[EntryPoint(app.HTTPUnit)]; !ok {
				handlers[EntryPoint(app.HTTPUnit)] = a.Mux().ServeHTTP
			}
		case app.KindTask:
			handlers[EntryPoint(f.Name)] = f.ServeTask
		default:
			handlers[EntryPoint(f.Name)] = serving(f, letters).serve
		}
	}
	return handlers
}

// serving returns the endpoint of a function that takes events. What decodes them its trigger says, and nothing in them.
func serving(f *app.Function, letters app.DeadLetters) endpoint {
	e := endpoint{function: f, decode: message}
	switch f.Kind() {
	case app.KindQueue, app.KindTopic:
		if f.Ordered() {
			e.decode = ordered
		}
	case app.KindBucket:
		e.decode = object
	case app.KindSchedule:
		e.decode = occurrence
	case app.KindTable:
		e.decode, e.letters = document, letters
	}
	return e
}

// EntryPoint is the entry point of a unit: its name in PascalCase.
func EntryPoint(name string) string {
	var b strings.Builder
	for part := range strings.SplitSeq(name, "-") {
		if part != "" {
			b.WriteString(strings.ToUpper(part[:1]) + part[1:])
		}
	}
	return b.String()
}

// trace names what Cloud Logging shows records of one trace together by. The trace's name wants a project, which the platform does
// not tell a function; without one the console takes the project of the record.
// https://cloud.google.com/logging/docs/agent/logging/configuration#special-fields
func trace(s app.Scope) []slog.Attr {
	id, span, sampled := s.IDs()
	if id == "" {
		return nil
	}
	if project := os.Getenv("GOOGLE_CLOUD_PROJECT"); project != "" {
		id = "projects/" + project + "/traces/" + id
	}
	return []slog.Attr{
		slog.String("logging.googleapis.com/trace", id), slog.String("logging.googleapis.com/spanId", span),
		slog.Bool("logging.googleapis.com/trace_sampled", sampled),
	}
}

// attribute names what the console of Cloud Logging reads as it expects it.
// https://cloud.google.com/logging/docs/structured-logging
func attribute(groups []string, a slog.Attr) slog.Attr {
	if len(groups) == 0 {
		switch a.Key {
		case slog.LevelKey:
			a.Key = "severity"
			if a.Value.String() == slog.LevelWarn.String() {
				a.Value = slog.StringValue("WARNING")
			}
		case slog.MessageKey:
			a.Key = "message"
		}
	}
	return a
}
