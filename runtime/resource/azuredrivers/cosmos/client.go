// Package cosmos is a driver of gocloud.dev's docstore for Azure Cosmos DB, its API for NoSQL, over REST
// (https://learn.microsoft.com/rest/api/cosmos-db/). There is none in gocloud.dev.
//
// A document has three properties of ours: id and pk, which are made of the item's key, and item, which is the item. So no attribute of
// an item can be mistaken for one of Cosmos DB's own, and numbers can be keys. The partition is the first attribute of the key.
//
// What is different from other drivers:
//
//   - Cosmos DB keeps numbers as float64. An integer that does not fit is refused, and not rounded.
//   - A query that names no partition goes to all of them, and is put in order in memory, as REST does not merge what they answer.
//   - Actions are not atomic, as they could be within one partition alone.
package cosmos

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"github.com/isobar-dev/isobar/runtime/resource/internal/rest"
)

// version is that of the API. https://learn.microsoft.com/rest/api/cosmos-db/#supported-rest-api-versions
const version = "2020-07-15"

// Options say where a container is.
type Options struct {
	// Endpoint is the account's: https://account.documents.azure.com:443/.
	Endpoint string
	// Database and Container are names.
	Database, Container string
	// Credential is the app's identity.
	Credential azcore.TokenCredential
	// RevisionField is the field of items with their revision; docstore's default when it is empty.
	RevisionField string
	// HTTP makes the requests; one that follows no redirects when it is nil.
	HTTP *http.Client
	// Wait waits before a request is made again; tests look at it. It may be nil.
	Wait func(context.Context, time.Duration) error
}

// client calls the API for one container.
type client struct {
	rest.Client
	documents string // the URL of the container's documents
	session   session
}

func newClient(o Options) (*client, error) {
	endpoint, err := url.Parse(o.Endpoint)
	if err != nil {
		return nil, err
	}
	// The scope names no port. https://learn.microsoft.com/rest/api/cosmos-db/access-control-on-cosmosdb-resources
	scope := endpoint.Scheme + "://" + endpoint.Hostname() + "/.default"
	c := &client{documents: strings.TrimSuffix(o.Endpoint, "/") + "/dbs/" + rest.EscapePath(o.Database, "") + "/colls/" + rest.EscapePath(o.Container, "") + "/docs"}
	c.HTTP, c.Describe, c.Again, c.RetryAfter, c.Wait = o.HTTP, describe, again, retryAfter, o.Wait
	c.Sign = func(ctx context.Context, r *http.Request, _ []byte) error {
		token, err := o.Credential.GetToken(ctx, policy.TokenRequestOptions{Scopes: []string{scope}})
		if err != nil {
			return err
		}
		r.Header.Set("Authorization", url.QueryEscape("type=aad&ver=1.0&sig="+token.Token))
		r.Header.Set("X-Ms-Date", time.Now().UTC().Format(http.TimeFormat))
		r.Header.Set("X-Ms-Version", version)
		return nil
	}
	return c, nil
}

// describe reads errors. https://learn.microsoft.com/rest/api/cosmos-db/http-status-codes-for-cosmosdb
func describe(_ int, _ http.Header, body []byte) (code, message string) {
	var e struct{ Code, Message string }
	_ = json.Unmarshal(body, &e)
	message, _, _ = strings.Cut(e.Message, "\r\n") // what follows are numbers for support
	return e.Code, message
}

// again tells of answers that do not say how it is: 404 of a replica that is behind what the session has seen (1002), and 449 of a write that
// met another one.
// https://github.com/Azure/azure-sdk-for-rust/blob/main/sdk/cosmos/azure_data_cosmos_driver/docs/ErrorCodesAndRetries.md
func again(e *rest.Error) bool {
	const retryWith, behind = 449, "1002"
	return e.Status == retryWith || e.Status == http.StatusNotFound && e.Header.Get("X-Ms-Substatus") == behind
}

// retryAfter reads how long to wait when the throughput is used up.
// https://learn.microsoft.com/rest/api/cosmos-db/common-cosmosdb-rest-response-headers
func retryAfter(h http.Header) (time.Duration, bool) {
	ms, err := strconv.ParseInt(h.Get("X-Ms-Retry-After-Ms"), 10, 64)
	return time.Duration(ms) * time.Millisecond, err == nil && ms >= 0
}

// call makes a call about documents of a partition; a nil partition is all of them.
func (c *client) call(ctx context.Context, method, path string, partition *string, h http.Header, body []byte) ([]byte, http.Header, error) {
	if h == nil {
		h = http.Header{}
	}
	if partition != nil {
		key, err := json.Marshal([]string{*partition})
		if err != nil {
			return nil, nil, err
		}
		h.Set("X-Ms-Documentdb-Partitionkey", ascii(key))
	}
	if token := c.session.token(); token != "" {
		h.Set("X-Ms-Session-Token", token)
	}
	answer, header, err := c.Read(ctx, rest.Request{Method: method, URL: c.documents + path, Header: h, Body: body})
	if e, ok := errors.AsType[*rest.Error](err); ok && !again(e) {
		header = e.Header // what a write that was refused has seen is to be read
	}
	c.session.see(header.Get("X-Ms-Session-Token"))
	return answer, header, err
}

// ascii is JSON without other characters, as a header has to be.
func ascii(text []byte) string {
	var b strings.Builder
	for _, r := range string(text) {
		switch {
		case r < 0x80:
			b.WriteRune(r)
		case r > 0xffff:
			r -= 0x10000
			b.WriteString(`\u` + hex4(0xd800+r>>10) + `\u` + hex4(0xdc00+r&0x3ff))
		default:
			b.WriteString(`\u` + hex4(r))
		}
	}
	return b.String()
}

func hex4(r rune) string {
	s := strconv.FormatInt(int64(r), 16)
	return strings.Repeat("0", 4-len(s)) + s
}

// session is how far the container's partitions have been seen, so that what was written is read.
// https://learn.microsoft.com/azure/cosmos-db/consistency-levels#session-consistency
type session struct {
	mu   sync.Mutex
	seen map[string]string // by the partition's range
}

// token is what a request says.
func (s *session) token() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	parts := make([]string, 0, len(s.seen))
	for _, partition := range slices.Sorted(maps.Keys(s.seen)) {
		parts = append(parts, partition+":"+s.seen[partition])
	}
	return strings.Join(parts, ",")
}

// see remembers what an answer says: 0:-1#42. Answers may come out of order.
func (s *session) see(token string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for part := range strings.SplitSeq(token, ",") {
		partition, state, ok := strings.Cut(part, ":")
		if !ok || sequence(state) < sequence(s.seen[partition]) {
			continue
		}
		if s.seen == nil {
			s.seen = map[string]string{}
		}
		s.seen[partition] = state
	}
}

// sequence is the number that counts the writes: the second of a state.
func sequence(state string) int64 {
	parts := strings.Split(state, "#")
	if len(parts) < 2 {
		return -1
	}
	n, err := strconv.ParseInt(parts[1], 10, 64)
	if err != nil {
		return -1
	}
	return n
}
