package peer_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/awslabs/aws-lambda-go-api-proxy/httpadapter"

	"github.com/isobar-dev/isobar/internal/ratio"
	"github.com/isobar-dev/isobar/runtime/app"
	"github.com/isobar-dev/isobar/runtime/aws"
)

// BenchmarkHTTP compares requests of an HTTP API on AWS Lambda, from payload to payload, with github.com/awslabs/aws-lambda-go-api-proxy in
// front of a http.ServeMux of the standard library. The peer has no deadline, does not recover from panics and logs nothing.
func BenchmarkHTTP(b *testing.B) {
	for name, c := range map[string]struct {
		file    string // the payload
		pattern string
		handler http.HandlerFunc
	}{
		"get":  {"get.json", "GET /api/users/{id}", getUser},
		"post": {"post.json", "POST /api/orders", postOrder},
	} {
		b.Run(name, func(b *testing.B) {
			payload, err := os.ReadFile("testdata/" + c.file)
			if err != nil {
				b.Fatal(err)
			}
			mux := http.NewServeMux()
			mux.HandleFunc(c.pattern, c.handler)
			peer := lambda.NewHandler(httpadapter.NewV2(mux).ProxyWithContext)
			method, path := c.pattern[:len(name)], c.pattern[len(name)+len(" /api"):]
			own, err := aws.New(app.App{Name: "shop", BasePath: "/api", Functions: []app.Function{
				{Name: "users", Timeout: 20 * time.Second, Handler: app.HTTP(method+" "+path, c.handler)},
			}}, "users", aws.Mapped)
			if err != nil {
				b.Fatal(err)
			}
			same(b, payload, peer, own)
			ratio.Report(b, invoking(b, peer, payload), invoking(b, own, payload))
		})
	}
}

// invoking invokes a handler as Lambda does: with a deadline.
func invoking(b *testing.B, h lambda.Handler, payload []byte) func() error {
	return func() error {
		ctx, cancel := context.WithTimeout(b.Context(), 30*time.Second)
		defer cancel()
		_, err := h.Invoke(ctx, payload)
		return err
	}
}

// same says when the two do not answer the same.
func same(b *testing.B, payload []byte, handlers ...lambda.Handler) {
	b.Helper()
	type answer struct {
		StatusCode int
		Body       string
	}
	var answers []answer
	for _, h := range handlers {
		data, err := h.Invoke(b.Context(), payload)
		if err != nil {
			b.Fatal(err)
		}
		var a answer
		if err := json.Unmarshal(data, &a); err != nil {
			b.Fatal(err)
		}
		answers = append(answers, a)
	}
	if answers[0] != answers[1] || answers[0].StatusCode != http.StatusOK {
		b.Fatalf("the answers differ: %+v", answers)
	}
}

func getUser(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	_, _ = io.WriteString(w, `{"id":"`+r.PathValue("id")+`","name":"Ada Lovelace","email":"ada@example.com"}`)
}

func postOrder(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		http.Error(w, "bad request", http.StatusBadRequest)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(body)
}
