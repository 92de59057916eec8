package awsdrivers

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// behind puts a server in front of moto, which answers some requests itself, as it tells.
func behind(t *testing.T, c aws.Config, answers func(http.ResponseWriter, *http.Request, []byte) bool) aws.Config {
	t.Helper()
	at, err := url.Parse(*c.BaseEndpoint)
	must(t, err)
	moto := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(at) }}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		if !answers(w, r, body) {
			moto.ServeHTTP(w, r)
		}
	}))
	t.Cleanup(server.Close)
	c.BaseEndpoint = aws.String(server.URL)
	return c
}

// production is moto, but for what DynamoDB itself refuses: filters of attributes of the key that a query goes by.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Query.FilterExpression.html
func production(t *testing.T, c aws.Config) aws.Config {
	t.Helper()
	keys := map[string][]string{"suite-users": {"id"}, "suite-users/by-email": {"email", "age"}, "suite-visits": {"user", "at"}}
	return behind(t, c, func(w http.ResponseWriter, r *http.Request, body []byte) bool {
		var query struct {
			TableName, IndexName, FilterExpression string
			ExpressionAttributeNames               map[string]string
		}
		if r.Header.Get("X-Amz-Target") != "DynamoDB_20120810.Query" || json.Unmarshal(body, &query) != nil {
			return false
		}
		name := query.TableName
		if query.IndexName != "" {
			name += "/" + query.IndexName
		}
		for placeholder, attribute := range query.ExpressionAttributeNames {
			if slices.Contains(keys[name], attribute) && strings.Contains(query.FilterExpression, placeholder) {
				w.WriteHeader(http.StatusBadRequest)
				_, _ = io.WriteString(w, `{"__type": "com.amazon.coral.validate#ValidationException", "message": "Filter Expression can only contain non-primary key attributes: Primary key attribute: `+attribute+`"}`)
				return true
			}
		}
		return false
	})
}
