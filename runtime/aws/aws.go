// Package aws is the host for AWS Lambda: it decodes what Lambda hands over, and answers so that nothing is acknowledged which
// was not handled. Build entrypoints with -tags lambda.norpc for provided.al2023.
package aws

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"time"

	"github.com/aws/aws-lambda-go/lambda"

	"github.com/isobar-dev/isobar/runtime/app"
	"github.com/isobar-dev/isobar/runtime/metric"
)

// FunctionVariable is the environment variable that says which of the app's functions a Lambda function is: its name, or
// app.HTTPUnit for the one that answers what no route of API Gateway matches.
const FunctionVariable = "ISOBAR_FUNCTION"

// startTimeout bounds how long options may take. Lambda gives a process 10 seconds to begin with.
// https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html#runtimes-lifecycle-ib
const startTimeout = 9 * time.Second

// Main serves one of the app's functions until Lambda ends the process. It exits when the process does not know which, or when it
// cannot be prepared.
func Main(a app.App, options ...app.Option) {
	app.LogJSON(os.Stdout, app.LogShape{Replace: attributeName, Trace: trace})
	metric.SetDefault(metric.NewEmbedded(os.Stdout, a.Name, os.Getenv(app.StageVariable)))
	handler, err := prepare(a, options)
	if err != nil {
		fmt.Fprintln(os.Stderr, "isobar:", err)
		os.Exit(1)
	}
	lambda.Start(handler)
}

func prepare(a app.App, options []app.Option) (lambda.Handler, error) {
	ctx, cancel := context.WithTimeout(context.Background(), startTimeout)
	defer cancel()
	if err := a.Prepare(ctx, options); err != nil {
		return nil, err
	}
	return New(a, os.Getenv(FunctionVariable), Binding(os.Getenv(BindingVariable)))
}

// New returns the handler of one of the app's functions.
func New(a app.App, function string, binding Binding) (lambda.Handler, error) {
	if function == app.HTTPUnit {
		return gateway{a.Mux()}, nil
	}
	f := a.Lookup(function)
	if f == nil {
		return nil, fmt.Errorf("the app %s has no function %q; %s names the one to serve", a.Name, function, FunctionVariable)
	}
	if f.Kind() == app.KindHTTP {
		// All routes, not only its own: which route a request has is for the same mux to say as on every cloud.
		return gateway{a.Mux()}, nil
	}
	if f.Kind() == app.KindTask {
		return task{f}, nil
	}
	return invokerOf(f, binding)
}

// trace names the trace as X-Ray does, so that a record is found beside it.
func trace(s app.Scope) []slog.Attr {
	id, span, _ := s.IDs()
	if id == "" {
		return nil
	}
	return []slog.Attr{slog.String("traceId", "1-"+id[:8]+"-"+id[8:]), slog.String("spanId", span)}
}

// attributeName names what the console of CloudWatch reads as it expects it.
// https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-logformat.html
func attributeName(groups []string, a slog.Attr) slog.Attr {
	if len(groups) == 0 {
		switch a.Key {
		case slog.TimeKey:
			a.Key = "timestamp"
		case slog.MessageKey:
			a.Key = "message"
		}
	}
	return a
}
