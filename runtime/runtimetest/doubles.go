package runtimetest

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/isobar-dev/isobar/runtime/aws"
	"github.com/isobar-dev/isobar/runtime/azure"
	"github.com/isobar-dev/isobar/runtime/gcp"
)

// LambdaProcesses is a cloud of Lambda functions that run an executable, a process for each, started when it is first called.
func LambdaProcesses(t testing.TB, executable string, env ...string) Cloud {
	t.Helper()
	return lambdaProcesses(t, executable, env).cloud
}

// Lambda starts an executable as a function of AWS Lambda, and returns what invokes it. An error is an invocation that failed.
func Lambda(t testing.TB, executable string, env ...string) func(t testing.TB, payload []byte) ([]byte, error) {
	t.Helper()
	return startLambda(t, executable, env).invoke
}

// deployment is a cloud, and the process of each function in it that was called.
type deployment struct {
	cloud   Cloud
	process func(function string) *Process
}

func lambdaProcesses(t testing.TB, executable string, env []string) deployment {
	t.Helper()
	functions := map[string]*lambda{}
	cloud := AWS(func(t2 testing.TB, function string, payload []byte) ([]byte, error) {
		t2.Helper()
		l, ok := functions[function]
		if !ok {
			l = startLambda(t, executable, append([]string{aws.FunctionVariable + "=" + function}, env...))
			functions[function] = l
		}
		return l.invoke(t2, payload)
	})
	return deployment{cloud, func(function string) *Process { return functions[function].process }}
}

// lambda is the Runtime API of one function, and the process that asks it for work.
// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
type lambda struct {
	process *Process
	next    chan []byte // payloads
	answers chan answer
	id      int
	mu      sync.Mutex
}

type answer struct {
	id   string
	body []byte
	err  error
}

func startLambda(t testing.TB, executable string, env []string) *lambda {
	t.Helper()
	l := &lambda{next: make(chan []byte), answers: make(chan answer, 1)}
	const prefix = "/2018-06-01/runtime/"
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+prefix+"invocation/next", l.hand)
	mux.HandleFunc("POST "+prefix+"invocation/{id}/response", func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		l.answers <- answer{r.PathValue("id"), body, err}
		w.WriteHeader(http.StatusAccepted)
	})
	mux.HandleFunc("POST "+prefix+"invocation/{id}/error", func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		l.answers <- answer{r.PathValue("id"), nil, errors.New(string(body))}
		w.WriteHeader(http.StatusAccepted)
	})
	var config net.ListenConfig
	listener, err := config.Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: mux, ReadHeaderTimeout: patience}
	go func() { _ = server.Serve(listener) }() // until Close
	l.process = Start(t, executable, append(env, "AWS_LAMBDA_RUNTIME_API="+listener.Addr().String(), "AWS_LAMBDA_FUNCTION_NAME=shop-dev",
		"AWS_LAMBDA_FUNCTION_MEMORY_SIZE=256", "AWS_LAMBDA_FUNCTION_VERSION=$LATEST", "AWS_REGION=eu-west-1", "_HANDLER=bootstrap")...)
	t.Cleanup(func() { _ = server.Close() })
	return l
}

// hand gives the process its next invocation, when there is one.
func (l *lambda) hand(w http.ResponseWriter, r *http.Request) {
	select {
	case payload := <-l.next:
		l.mu.Lock()
		id := strconv.Itoa(l.id)
		l.mu.Unlock()
		w.Header().Set("Lambda-Runtime-Aws-Request-Id", id)
		w.Header().Set("Lambda-Runtime-Deadline-Ms", strconv.FormatInt(time.Now().Add(patience).UnixMilli(), 10))
		w.Header().Set("Lambda-Runtime-Invoked-Function-Arn", "arn:aws:lambda:eu-west-1:123456789012:function:shop-dev")
		w.Header().Set("Lambda-Runtime-Trace-Id", "Root=1-4bf92f35-77b34da6a3ce929d0e0e4736;Parent=00f067aa0ba902b7;Sampled=1")
		_, _ = w.Write(payload)
	case <-r.Context().Done():
	}
}

// invoke has the process handle a payload.
func (l *lambda) invoke(t testing.TB, payload []byte) ([]byte, error) {
	t.Helper()
	l.mu.Lock()
	l.id++
	id := strconv.Itoa(l.id)
	l.mu.Unlock()
	deadline := time.After(patience)
	select {
	case l.next <- payload:
	case <-l.process.exited:
		t.Fatalf("the process ended: %s", l.process.Output())
	case <-deadline:
		t.Fatal("the process does not ask for work")
	}
	select {
	case a := <-l.answers:
		if a.id != id {
			t.Fatalf("the answer is to invocation %s, not %s", a.id, id)
		}
		return a.body, a.err
	case <-l.process.exited:
		return nil, fmt.Errorf("the process ended: %s", l.process.Output())
	case <-deadline:
		t.Fatal("the process does not answer")
	}
	return nil, nil
}

// FunctionsHost starts an executable as the Azure Functions host does, waits until it is ready, and returns the host in front of
// it.
func FunctionsHost(t testing.TB, executable string, env ...string) (Cloud, *Process) {
	t.Helper()
	port := freePort(t)
	p := Start(t, executable, append(env, azure.PortVariable+"="+port, "FUNCTIONS_HTTPWORKER_PORT="+port, "FUNCTIONS_CUSTOMHANDLER_WORKER_ID=w1")...)
	address := "http://127.0.0.1:" + port
	p.ready(t, address)
	return Azure(address), p
}

// FunctionProcesses is a cloud of functions that run an executable, a process for each unit, started when it is first called.
func FunctionProcesses(t testing.TB, executable string, env ...string) Cloud {
	t.Helper()
	return functionProcesses(t, executable, env).cloud
}

func functionProcesses(t testing.TB, executable string, env []string) deployment {
	t.Helper()
	addresses, processes := map[string]string{}, map[string]*Process{}
	cloud := GCP(func(_ testing.TB, unit string) string {
		address, ok := addresses[unit]
		if !ok {
			port := freePort(t)
			p := Start(t, executable, append(env, "PORT="+port, "FUNCTION_TARGET="+gcp.EntryPoint(unit), "K_SERVICE="+strings.ToLower(unit))...)
			address = "http://127.0.0.1:" + port
			p.ready(t, address)
			addresses[unit], processes[unit] = address, p
		}
		return address
	})
	return deployment{cloud, func(function string) *Process { return processes[function] }}
}
