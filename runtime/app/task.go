package app

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/isobar-dev/isobar/runtime/fn"
	"github.com/isobar-dev/isobar/runtime/trace"
)

// MaxTaskPayload is how many bytes what a task is given, and its result, can have as JSON: as many as a state's data on every cloud.
const MaxTaskPayload = 256 << 10

// MaxTaskMessage is how many bytes of an error's message a workflow is told; the log has it all. It is less than the cause of an error can
// have once it is JSON: 32,768 characters on AWS, where an error that is larger than a state's data cannot be caught at all.
// https://docs.aws.amazon.com/step-functions/latest/apireference/API_HistoryEvent.html
const MaxTaskMessage = 4 << 10

// The names of errors of tasks that were given none, as workflows know them.
const (
	ErrTransient = "Transient"
	ErrPermanent = "Permanent"
	ErrTimeout   = "States.Timeout"
	ErrDataLimit = "States.DataLimitExceeded"
)

// Task makes a handler of one that workflows call: what it is given is JSON for an In, and its result an Out as JSON. With
// json.RawMessage they are handed over as they are.
func Task[In, Out any](h func(context.Context, In) (Out, error)) Handler {
	return Handler{kind: KindTask, task: func(ctx context.Context, input []byte) ([]byte, error) {
		var in In
		if err := decode("the input", input, &in); err != nil {
			return nil, err
		}
		out, err := h(ctx, in)
		if err != nil {
			return nil, err
		}
		result, err := json.Marshal(out)
		if err != nil {
			return nil, fn.Permanent(fmt.Errorf("encoding the result: %w", err))
		}
		return result, nil
	}}
}

// TaskError is how a call of a task failed, in what workflows know of it.
type TaskError struct {
	// Name is what Retry and Catch go by.
	Name    string `json:"type"`
	Message string `json:"message"`
	// Status is that of the answer over HTTP: 503 when trying again can help, 504 for a call that took too long, and otherwise 422.
	Status int `json:"-"`
}

// Perform calls a task, and returns its result as JSON, or how it failed; what went wrong is logged. A host verifies who is calling
// first.
func (f *Function) Perform(ctx context.Context, parent fn.TraceContext, input []byte) ([]byte, *TaskError) {
	if f.Handler.task == nil {
		return nil, &TaskError{ErrPermanent, fmt.Sprintf("function %s is no task", f.Name), http.StatusUnprocessableEntity}
	}
	var result []byte // read only when the handler has returned
	scope := Scope{Function: f.Name, Trace: trace.Parse(parent.Parent, parent.State)}
	err := f.call(ctx, Call{scope, KindTask, "/tasks/" + f.Name}, "task", func(ctx context.Context) (err error) {
		result, err = f.Handler.task(ctx, input)
		return err
	})
	if err != nil {
		return nil, taskError(err)
	}
	return result, nil
}

// taskError says of an error what a workflow may know. A panic tells what only the log may.
func taskError(err error) *TaskError {
	_, late := errors.AsType[*lateError](err)
	_, panicked := errors.AsType[*panicError](err)
	switch {
	case late && errors.Is(err, context.DeadlineExceeded):
		return &TaskError{ErrTimeout, "", http.StatusGatewayTimeout}
	case panicked:
		return &TaskError{ErrTransient, "the function panicked", http.StatusServiceUnavailable}
	}
	message := err.Error()
	if len(message) > MaxTaskMessage {
		message = strings.ToValidUTF8(message[:MaxTaskMessage], "")
	}
	if fn.IsPermanent(err) {
		return &TaskError{cmp.Or(fn.NameOf(err), ErrPermanent), message, http.StatusUnprocessableEntity}
	}
	return &TaskError{cmp.Or(fn.NameOf(err), ErrTransient), message, http.StatusServiceUnavailable}
}

// ServeTask answers a call of a task over HTTP: 200 with the result, or the status of a TaskError with {"error": {"type", "message"}}.
func (f *Function) ServeTask(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", http.MethodPost)
		fail(w, http.StatusMethodNotAllowed)
		return
	}
	// A little more than a payload: a workflow may send spaces.
	input, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 4*MaxTaskPayload))
	if err != nil {
		answerTask(w, nil, &TaskError{ErrTransient, "reading the input: " + err.Error(), http.StatusServiceUnavailable})
		return
	}
	parent := fn.TraceContext{Parent: r.Header.Get("Traceparent"), State: r.Header.Get("Tracestate")}
	ctx := r.Context()
	if wait := preferredWait(r.Header); wait > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, wait)
		defer cancel()
	}
	result, failure := f.Perform(ctx, parent, input)
	if len(result) > MaxTaskPayload {
		failure = &TaskError{ErrDataLimit, fmt.Sprintf("the result has %d bytes, at most %d are allowed", len(result), MaxTaskPayload), http.StatusUnprocessableEntity}
	}
	answerTask(w, result, failure)
}

// preferredWait is how long the one that calls is willing to wait, or 0: a workflow's engine that does not bound its calls itself says so.
// https://www.rfc-editor.org/rfc/rfc7240#section-4.3
func preferredWait(h http.Header) time.Duration {
	for _, preferences := range h.Values("Prefer") {
		for preference := range strings.SplitSeq(preferences, ",") {
			seconds, ok := strings.CutPrefix(strings.TrimSpace(preference), "wait=")
			if n, err := strconv.ParseUint(seconds, 10, 16); ok && err == nil {
				return time.Duration(n) * time.Second
			}
		}
	}
	return 0
}

func answerTask(w http.ResponseWriter, result []byte, failure *TaskError) {
	w.Header().Set("Content-Type", "application/json")
	if failure != nil {
		body, _ := json.Marshal(map[string]any{"error": failure}) // two texts
		w.WriteHeader(failure.Status)
		_, _ = w.Write(body)
		return
	}
	_, _ = w.Write(result)
}

// TaskPath begins the paths, behind the base path, at which tasks are called where a cloud serves them with the routes. No route of a
// spec begins with it.
const TaskPath = "/_tasks/"

// TaskEndpoints returns what answers calls of the app's tasks, by their path, which a host matches byte by byte. A call needs a bearer
// token that Callers vouch for; without Callers none is answered.
func (a *App) TaskEndpoints() map[string]http.Handler {
	endpoints := map[string]http.Handler{}
	for i := range a.Functions {
		if f := &a.Functions[i]; f.Kind() == KindTask {
			endpoints[a.BasePath+TaskPath+f.Name] = a.verified(f)
		}
	}
	return endpoints
}

// verified answers calls of a task that carry a token of one of the callers. A stranger is told nothing but the status.
func (a *App) verified(f *Function) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, refused := authorize(r, a.Callers, nil); refused != nil {
			ctx := Scope{Function: f.Name}.within(r.Context())
			slog.LogAttrs(ctx, slog.LevelWarn, "task refused", slog.Int("status", refused.status), slog.String("reason", refused.reason.Error()))
			fail(w, refused.status)
			return
		}
		f.ServeTask(w, r)
	})
}
