// Package cosmostest is a double of Azure Cosmos DB's REST API, for tests, as there is no emulator of it to run. It is written from the
// documentation of the API, https://learn.microsoft.com/rest/api/cosmos-db/, and does what that says of documents: creating,
// replacing, upserting, reading and deleting one, with conditions on its ETag; queries, page by page; partitions; sessions; and that
// the throughput is used up. What it does not know it refuses.
package cosmostest

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// Token is the access token that the double takes.
const Token = "token-of-the-identity"

// Server is the double: one account with any database, and any container with the partition key /pk.
type Server struct {
	URL string
	// Page is how many documents a page has at most.
	Page int

	mu         sync.Mutex
	containers map[string]map[key]map[string]any
	writes     int
	refusals   int
	refusal    answer
	lost       int
	log        []Request
}

// Request is what was asked of the double.
type Request struct {
	Method, Path string
	Header       http.Header
	Body         string
	Status       int
}

// key tells documents apart: an ID is one's own within its partition.
type key struct{ partition, id string }

// New starts the double for the time of a test.
func New(t testing.TB) *Server {
	t.Helper()
	s := &Server{Page: 3, containers: map[string]map[key]map[string]any{}}
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	s.URL = server.URL
	return s
}

// Throttle answers the next requests with 429, and a hint when to come back.
func (s *Server) Throttle(requests int, hint time.Duration) {
	a := refuse(http.StatusTooManyRequests, "429", "the request rate is large")
	a.header = http.Header{"X-Ms-Retry-After-Ms": {strconv.FormatInt(hint.Milliseconds(), 10)}}
	s.refuse(requests, a)
}

// Refuse answers the next requests with a status, and what says more of it.
func (s *Server) Refuse(requests, status, substatus int) {
	a := refuse(status, strconv.Itoa(status), "the double was told to")
	a.header = http.Header{"X-Ms-Substatus": {strconv.Itoa(substatus)}}
	s.refuse(requests, a)
}

func (s *Server) refuse(requests int, a answer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refusals, s.refusal = requests, a
}

// LoseWrites makes the next writes, and answers them with 500 all the same.
func (s *Server) LoseWrites(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lost = n
}

// Requests returns what was asked since it was called last.
func (s *Server) Requests() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	log := s.log
	s.log = nil
	return log
}

// answer is what a request is answered with.
type answer struct {
	status int
	header http.Header
	body   any
}

func refuse(status int, code, message string, args ...any) answer {
	return answer{status: status, body: map[string]string{"code": code, "message": fmt.Sprintf(message, args...) + "\r\nActivityId: 0, double"}}
}

func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(io.LimitReader(r.Body, 4<<20))
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	before := s.writes
	a := s.answer(r, body)
	if s.lost > 0 && s.writes > before {
		s.lost--
		a = refuse(http.StatusInternalServerError, "500", "the answer is lost")
	}
	s.log = append(s.log, Request{r.Method, r.URL.EscapedPath(), r.Header.Clone(), string(body), a.status})
	maps.Copy(w.Header(), a.header)
	w.Header().Set("X-Ms-Session-Token", fmt.Sprintf("0:-1#%d", s.writes))
	w.Header().Set("X-Ms-Request-Charge", "1")
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(a.status)
	if a.body != nil {
		_ = json.NewEncoder(w).Encode(a.body)
	}
}

func (s *Server) answer(r *http.Request, body []byte) answer {
	if want := url.QueryEscape("type=aad&ver=1.0&sig=" + Token); r.Header.Get("Authorization") != want {
		return refuse(http.StatusUnauthorized, "Unauthorized", "the input authorization token can't serve the request")
	}
	if _, err := http.ParseTime(r.Header.Get("X-Ms-Date")); err != nil || r.Header.Get("X-Ms-Version") < "2018-12-31" {
		return refuse(http.StatusBadRequest, "BadRequest", "x-ms-date or x-ms-version is missing")
	}
	if s.refusals > 0 {
		s.refusals--
		return s.refusal
	}
	// A session that is ahead of the replica could not be served.
	if _, state, ok := strings.Cut(r.Header.Get("X-Ms-Session-Token"), "#"); ok {
		if n, err := strconv.Atoi(state); err != nil || n > s.writes {
			return refuse(http.StatusNotFound, "NotFound", "the read session is not available")
		}
	}
	parts := strings.Split(strings.Trim(r.URL.EscapedPath(), "/"), "/")
	if len(parts) < 5 || len(parts) > 6 || parts[0] != "dbs" || parts[2] != "colls" || parts[4] != "docs" {
		return refuse(http.StatusNotFound, "NotFound", "there is no such resource")
	}
	name := parts[1] + "/" + parts[3]
	if s.containers[name] == nil {
		s.containers[name] = map[key]map[string]any{}
	}
	id := ""
	if len(parts) == 6 {
		var err error
		if id, err = url.PathUnescape(parts[5]); err != nil {
			return refuse(http.StatusBadRequest, "BadRequest", "the ID cannot be read")
		}
	}
	partition, problem := partitionKey(r.Header)
	if problem != "" {
		return refuse(http.StatusBadRequest, "BadRequest", "%s", problem)
	}
	c := container{s, s.containers[name], partition, r.Header}
	switch {
	case r.Header.Get("X-Ms-Documentdb-Isquery") == "True":
		return c.query(r, body)
	case partition == nil:
		return refuse(http.StatusBadRequest, "BadRequest", "PartitionKey extracted from document doesn't match the one specified in the header")
	case id == "" && r.Method == http.MethodPost:
		return c.create(body)
	case id != "" && r.Method == http.MethodGet:
		return c.read(id)
	case id != "" && r.Method == http.MethodPut:
		return c.replace(id, body)
	case id != "" && r.Method == http.MethodDelete:
		return c.delete(id)
	}
	return refuse(http.StatusMethodNotAllowed, "MethodNotAllowed", "%s is not known to the double", r.Method)
}

// partitionKey reads the header: a JSON array of one value, in ASCII.
func partitionKey(h http.Header) (*string, string) {
	text := h.Get("X-Ms-Documentdb-Partitionkey")
	if text == "" {
		return nil, ""
	}
	if strings.ContainsFunc(text, func(r rune) bool { return r < ' ' || r > '~' }) {
		return nil, "the partition key header is not ASCII"
	}
	var values []string
	if err := json.Unmarshal([]byte(text), &values); err != nil || len(values) != 1 {
		return nil, "the partition key " + text + " is invalid"
	}
	return &values[0], ""
}

// container is a container, for one request.
type container struct {
	server    *Server
	documents map[key]map[string]any
	partition *string
	header    http.Header
}

// document reads a document, as one that belongs to the request's partition.
func (c container) document(body []byte) (map[string]any, *answer) {
	var d map[string]any
	decoder := json.NewDecoder(strings.NewReader(string(body)))
	decoder.UseNumber()
	bad := func(message string, args ...any) (map[string]any, *answer) {
		a := refuse(http.StatusBadRequest, "BadRequest", message, args...)
		return nil, &a
	}
	if err := decoder.Decode(&d); err != nil || c.header.Get("Content-Type") != "application/json" {
		return bad("the document is no JSON")
	}
	// https://learn.microsoft.com/azure/cosmos-db/concepts-limits#per-item-limits
	id, _ := d["id"].(string)
	if id == "" || len(id) > 1023 || strings.ContainsAny(id, `/\?#`) || strings.HasSuffix(id, " ") {
		return bad("the ID %q is invalid", id)
	}
	if pk, ok := d["pk"].(string); !ok || pk != *c.partition {
		return bad("PartitionKey extracted from document doesn't match the one specified in the header")
	}
	return d, nil
}

func (c container) store(d map[string]any, status int) answer {
	c.server.writes++
	d["_etag"] = fmt.Sprintf(`"%08x-0000-0000-0000-%012x"`, c.server.writes, time.Now().Unix())
	d["_ts"] = time.Now().Unix()
	d["_rid"] = fmt.Sprintf("rid%d", c.server.writes)
	c.documents[key{d["pk"].(string), d["id"].(string)}] = d                                   //nolint:forcetypeassert // document has checked
	return answer{status: status, body: d, header: http.Header{"Etag": {d["_etag"].(string)}}} //nolint:forcetypeassert // it was just set
}

// create is https://learn.microsoft.com/rest/api/cosmos-db/create-a-document, upserts included.
func (c container) create(body []byte) answer {
	d, bad := c.document(body)
	if bad != nil {
		return *bad
	}
	_, exists := c.documents[key{*c.partition, d["id"].(string)}] //nolint:forcetypeassert // document has checked
	upsert := c.header.Get("X-Ms-Documentdb-Is-Upsert") == "True"
	switch {
	case exists && !upsert:
		return refuse(http.StatusConflict, "Conflict", "entity with the specified id already exists in the system")
	case exists:
		return c.store(d, http.StatusOK)
	}
	return c.store(d, http.StatusCreated)
}

func (c container) find(id string) (map[string]any, *answer) {
	d, ok := c.documents[key{*c.partition, id}]
	if !ok {
		a := refuse(http.StatusNotFound, "NotFound", "entity with the specified id does not exist in the system")
		return nil, &a
	}
	if want := c.header.Get("If-Match"); want != "" && want != d["_etag"] {
		a := refuse(http.StatusPreconditionFailed, "PreconditionFailed", "one of the specified pre-condition is not met")
		return nil, &a
	}
	return d, nil
}

func (c container) read(id string) answer {
	d, missing := c.find(id)
	if missing != nil {
		return *missing
	}
	return answer{status: http.StatusOK, body: d}
}

func (c container) replace(id string, body []byte) answer {
	d, bad := c.document(body)
	if bad != nil {
		return *bad
	}
	if _, missing := c.find(id); missing != nil {
		return *missing
	}
	if d["id"] != id {
		return refuse(http.StatusBadRequest, "BadRequest", "the ID cannot be changed")
	}
	return c.store(d, http.StatusOK)
}

func (c container) delete(id string) answer {
	if _, missing := c.find(id); missing != nil {
		return *missing
	}
	c.server.writes++
	delete(c.documents, key{*c.partition, id})
	return answer{status: http.StatusNoContent}
}

// query answers one page of a query. The continuation is how many documents were answered before.
func (c container) query(r *http.Request, body []byte) answer {
	across := c.header.Get("X-Ms-Documentdb-Query-Enablecrosspartition") == "True"
	switch {
	case r.Method != http.MethodPost || c.header.Get("Content-Type") != "application/query+json":
		return refuse(http.StatusBadRequest, "BadRequest", "a query is posted, as application/query+json")
	case c.partition == nil && !across:
		return refuse(http.StatusBadRequest, "BadRequest", "cross partition query is required but disabled")
	}
	q, err := parse(body)
	if err != nil {
		return refuse(http.StatusBadRequest, "BadRequest", "%s", err)
	}
	if c.partition == nil && q.order != nil {
		return refuse(http.StatusBadRequest, "BadRequest", "cross partition query only supports 'VALUE <AggregateFunc>' for aggregates")
	}
	var found []map[string]any
	for _, k := range slices.SortedFunc(maps.Keys(c.documents), func(x, y key) int {
		return strings.Compare(x.partition+"\x00"+x.id, y.partition+"\x00"+y.id)
	}) {
		if d := c.documents[k]; (c.partition == nil || k.partition == *c.partition) && q.matches(d) {
			found = append(found, d)
		}
	}
	q.sort(found)
	start, _ := strconv.Atoi(strings.TrimPrefix(c.header.Get("X-Ms-Continuation"), "page-"))
	size := c.server.Page
	if n, err := strconv.Atoi(c.header.Get("X-Ms-Max-Item-Count")); err == nil && n > 0 {
		size = min(size, n)
	}
	end := min(start+size, len(found))
	page := answer{status: http.StatusOK, header: http.Header{}, body: map[string]any{"_rid": "rid", "_count": end - start, "Documents": append([]map[string]any{}, found[min(start, end):end]...)}}
	if end < len(found) {
		page.header.Set("X-Ms-Continuation", "page-"+strconv.Itoa(end))
	}
	return page
}
