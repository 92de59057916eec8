package shop_test

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/isobar-dev/isobar/internal/ratio"
	"github.com/isobar-dev/isobar/runtime/app"
	"github.com/isobar-dev/isobar/runtime/aws"
	"github.com/isobar-dev/isobar/runtime/azure"
	"github.com/isobar-dev/isobar/runtime/gcp"
	"github.com/isobar-dev/isobar/runtime/runtimetest"
)

// The least that an entrypoint of each cloud can be, on the same SDK.
const (
	helloLambda = `package main

import (
	"context"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"
)

func main() {
	lambda.Start(func(context.Context, events.APIGatewayV2HTTPRequest) (events.APIGatewayV2HTTPResponse, error) {
		return events.APIGatewayV2HTTPResponse{StatusCode: 200, Body: "hello"}, nil
	})
}
`
	helloHandler = `package main

import (
	"io"
	"log"
	"net/http"
	"os"
)

func main() {
	http.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "hello") })
	log.Fatal(http.ListenAndServe("127.0.0.1:"+os.Getenv("FUNCTIONS_CUSTOMHANDLER_PORT"), nil))
}
`
	helloFunction = `package main

import (
	"io"
	"log"
	"net/http"
	"os"

	"github.com/GoogleCloudPlatform/functions-framework-go/funcframework"
	"github.com/GoogleCloudPlatform/functions-framework-go/functions"
)

func init() {
	functions.HTTP("Http", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "hello") })
}

func main() { log.Fatal(funcframework.StartHostPort("127.0.0.1", os.Getenv("PORT"))) }
`
)

// entrypoints are, of each target, the hand-written hello world, and what is generated: for a hello world, which shows what the host
// weighs by itself, and for the shop.
var entrypoints = []struct {
	target      string
	handwritten string
	generated   map[string]func(t testing.TB) string
	start       func(t testing.TB, executable string) time.Duration
}{
	{"aws", helloLambda, map[string]func(testing.TB) string{
		"hello": func(t testing.TB) string { return runtimetest.Build(t, "../hello/deploy/aws/bootstrap") },
		"shop":  func(t testing.TB) string { return runtimetest.Build(t, "./deploy/aws/bootstrap") },
	}, untilNext},
	{"azure", helloHandler, map[string]func(testing.TB) string{
		"hello": func(t testing.TB) string { return runtimetest.Build(t, "../hello/deploy/azure/handler") },
		"shop":  func(t testing.TB) string { return runtimetest.Build(t, "./deploy/azure/handler") },
	}, untilAnswer},
	{"gcp", helloFunction, map[string]func(testing.TB) string{
		"hello": func(t testing.TB) string {
			return runtimetest.BuildFunction(t, "github.com/isobar-dev/isobar/examples/hello/deploy/gcp/function", "./deploy/gcp/main")
		},
		"shop": func(t testing.TB) string {
			return runtimetest.BuildFunction(t, "github.com/isobar-dev/isobar/examples/shop/deploy/gcp/function", "./deploy/gcp/main")
		},
	}, untilAnswer},
}

// BenchmarkColdStart measures from the start of a process until it asks for its first invocation, or answers its first request, beside a
// hand-written hello world on the same SDK.
func BenchmarkColdStart(b *testing.B) {
	for _, e := range entrypoints {
		handwritten := runtimetest.BuildSource(b, e.handwritten, "./deploy/hello")
		for name, build := range e.generated {
			generated := build(b)
			b.Run(e.target+"/"+name, func(b *testing.B) {
				ratio.Processes(b,
					func() time.Duration { return e.start(b, handwritten) },
					func() time.Duration { return e.start(b, generated) })
			})
		}
	}
}

// untilNext starts an executable as Lambda does, and waits until it asks for an invocation.
func untilNext(t testing.TB, executable string) time.Duration {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }() // it has accepted
	return started(t, executable, func() error {
		conn, err := listener.Accept()
		if err != nil {
			return err
		}
		request, err := http.ReadRequest(bufio.NewReader(conn))
		if err == nil && !strings.HasSuffix(request.URL.Path, "/invocation/next") {
			err = fmt.Errorf("it asks for %s", request.URL)
		}
		return errors.Join(err, conn.Close())
	}, "AWS_LAMBDA_RUNTIME_API="+listener.Addr().String(), "AWS_LAMBDA_FUNCTION_NAME=shop-dev", aws.FunctionVariable+"="+app.HTTPUnit)
}

// untilAnswer starts an executable that listens, and waits until it answers.
func untilAnswer(t testing.TB, executable string) time.Duration {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := listener.Addr().String()
	_ = listener.Close() // it is free now
	_, port, _ := strings.Cut(address, ":")
	return started(t, executable, func() error {
		for {
			conn, err := net.Dial("tcp", address)
			if err != nil {
				time.Sleep(100 * time.Microsecond)
				continue
			}
			_, err = io.WriteString(conn, "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
			status, readErr := bufio.NewReader(conn).ReadString('\n')
			if readErr == nil && !strings.HasPrefix(status, "HTTP/1.1 ") {
				readErr = fmt.Errorf("it answers %s", status)
			}
			return errors.Join(err, readErr, conn.Close())
		}
	}, azure.PortVariable+"="+port, "PORT="+port, "FUNCTION_TARGET="+gcp.EntryPoint(app.HTTPUnit))
}

// started starts an executable, returns how long it took until ready returned, and ends it.
func started(t testing.TB, executable string, ready func() error, env ...string) time.Duration {
	cmd := exec.Command(executable)
	cmd.Env = env
	begin := time.Now()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	err := ready()
	took := time.Since(begin)
	_ = cmd.Process.Kill() // it has served
	_ = cmd.Wait()
	if err != nil {
		t.Fatal(err)
	}
	return took
}
