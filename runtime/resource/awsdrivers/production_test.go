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
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// production is moto, but for what DynamoDB itself refuses: filters of attributes of the key that a query goes by.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Query.FilterExpression.html
func production(t *testing.T, c aws.Config) aws.Config {
	t.Helper()
	at, err := url.Parse(*c.BaseEndpoint)
	must(t, err)
	moto := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(at) }}
	keys := map[string][]string{"suite-users": {"id"}, "suite-users/by-email": {"email", "age"}, "suite-visits": {"user", "at"}}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		var query struct {
			TableName, IndexName, FilterExpression string
			ExpressionAttributeNames               map[string]string
		}
		if r.Header.Get("X-Amz-Target") == "DynamoDB_20120810.Query" && json.Unmarshal(body, &query) == nil {
			name := query.TableName
			if query.IndexName != "" {
				name += "/" + query.IndexName
			}
			for placeholder, attribute := range query.ExpressionAttributeNames {
				if slices.Contains(keys[name], attribute) && bytes.Contains([]byte(query.FilterExpression), []byte(placeholder)) {
					w.WriteHeader(http.StatusBadRequest)
					_, _ = io.WriteString(w, `{"__type": "com.amazon.coral.validate#ValidationException", "message": "Filter Expression can only contain non-primary key attributes: Primary key attribute: `+attribute+`"}`)
					return
				}
			}
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		moto.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	c.BaseEndpoint = aws.String(server.URL)
	return c
}
