package shop_test

import (
	"testing"

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

// BenchmarkColdStart measures from the start of a process to its first answer, of the shop and of hello world.
func BenchmarkColdStart(b *testing.B) {
	const function = "github.com/isobar-dev/isobar/examples/shop/deploy/gcp/function"
	for _, c := range []struct {
		name, executable string
		start            func(t testing.TB, executable string) runtimetest.Cloud
	}{
		{"aws/hello", runtimetest.BuildSource(b, helloLambda, "./deploy/hello"), lambdaProcesses},
		{"aws/shop", runtimetest.Build(b, "./deploy/aws/bootstrap"), lambdaProcesses},
		{"azure/hello", runtimetest.BuildSource(b, helloHandler, "./deploy/hello"), functionsHost},
		{"azure/shop", runtimetest.Build(b, "./deploy/azure/handler"), functionsHost},
		{"gcp/hello", runtimetest.BuildSource(b, helloFunction, "./deploy/hello"), functionProcesses},
		{"gcp/shop", runtimetest.BuildFunction(b, function, "./deploy/gcp/main"), functionProcesses},
	} {
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				// A request that reaches a handler, and no further: what a table takes is not ours.
				if got := c.start(b, c.executable).Do(b, get("/api/users?limit=none")); got.Status != 200 && got.Status != 400 {
					b.Fatalf("got %d %s", got.Status, got.Body)
				}
			}
		})
	}
}

func lambdaProcesses(t testing.TB, executable string) runtimetest.Cloud {
	return runtimetest.LambdaProcesses(t, executable)
}

func functionsHost(t testing.TB, executable string) runtimetest.Cloud {
	cloud, _ := runtimetest.FunctionsHost(t, executable)
	return cloud
}

func functionProcesses(t testing.TB, executable string) runtimetest.Cloud {
	return runtimetest.FunctionProcesses(t, executable)
}
