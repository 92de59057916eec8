package users

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/isobar-dev/isobar/runtime/resource/resourcetest"
)

// shop is the shop's resources in memory, with some users.
func shop(t *testing.T, users ...User) *resourcetest.Resources {
	t.Helper()
	r := resourcetest.New(t, "../isobar.yaml")
	for _, u := range users {
		if err := r.Table(tableUsers).Put(t.Context(), &item{User: u}); err != nil {
			t.Fatal(err)
		}
	}
	return r
}

// api serves the handlers at the routes of the spec, each as the function that it is there.
func api(r *resourcetest.Resources) http.Handler {
	mux := http.NewServeMux()
	for pattern, route := range map[string]struct {
		function string
		handler  http.HandlerFunc
	}{
		"GET /users/{id}": {"get-user", Get}, "GET /users": {"list-users", List}, "POST /users": {"create-user", Create},
	} {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, req *http.Request) {
			route.handler(w, req.WithContext(r.Context(route.function)))
		})
	}
	return mux
}

func call(t *testing.T, h http.Handler, method, target, body string) *httptest.ResponseRecorder {
	t.Helper()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(method, target, strings.NewReader(body)))
	if got := w.Header().Get("Content-Type"); got != "application/json" {
		t.Errorf("%s %s has the content type %q", method, target, got)
	}
	return w
}

var (
	ada = User{ID: "a", Name: "Ada", Email: "ada@example.com"}
	bob = User{ID: "b", Name: "Bob", Email: "bob@example.com"}
	eve = User{ID: "e", Name: "Eve", Email: "eve@example.com"}
)

func TestGet(t *testing.T) {
	h := api(shop(t, ada))
	if w := call(t, h, "GET", "/users/a", ""); w.Code != 200 || w.Body.String() != `{"id":"a","name":"Ada","email":"ada@example.com"}`+"\n" {
		t.Errorf("got %d %s", w.Code, w.Body)
	}
	if w := call(t, h, "GET", "/users/nobody", ""); w.Code != 404 || w.Body.String() != `{"error":"no such user"}`+"\n" {
		t.Errorf("got %d %s", w.Code, w.Body)
	}
}

func TestListPagesThroughAllUsers(t *testing.T) {
	h := api(shop(t, eve, ada, bob))
	var seen []string
	target := "/users?limit=2"
	for range 3 {
		var p page
		if err := json.Unmarshal(call(t, h, "GET", target, "").Body.Bytes(), &p); err != nil {
			t.Fatal(err)
		}
		for _, u := range p.Users {
			seen = append(seen, u.Name)
		}
		if p.Next == "" {
			break
		}
		target = "/users?limit=2&after=" + p.Next
	}
	if got := strings.Join(seen, " "); got != "Ada Bob Eve" {
		t.Errorf("saw %s", got)
	}
	for _, limit := range []string{"0", "-1", "101", "many"} {
		if w := call(t, h, "GET", "/users?limit="+limit, ""); w.Code != 400 {
			t.Errorf("limit %s: got %d %s", limit, w.Code, w.Body)
		}
	}
	if w := call(t, api(shop(t)), "GET", "/users", ""); w.Body.String() != `{"users":[]}`+"\n" {
		t.Errorf("no users: got %s", w.Body)
	}
}

func TestCreate(t *testing.T) {
	r := shop(t, ada)
	h := api(r)
	w := call(t, h, "POST", "/users", `{"name": " Grace ", "email": "Grace@Example.com"}`)
	var made User
	if err := json.Unmarshal(w.Body.Bytes(), &made); err != nil {
		t.Fatal(err)
	}
	if w.Code != 201 || made.ID == "" || made.Name != "Grace" || made.Email != "grace@example.com" {
		t.Errorf("got %d %s", w.Code, w.Body)
	}
	if again := call(t, h, "GET", w.Header().Get("Location"), ""); again.Body.String() != w.Body.String() {
		t.Errorf("at its location is %s", again.Body)
	}
	told := r.Published(topicNew)
	if len(told) != 1 || string(told[0].Body) != `{"userId":"`+made.ID+`"}` {
		t.Errorf("the topic has %q", told)
	}
	for name, c := range map[string]struct {
		body   string
		status int
	}{
		"taken":         {`{"name": "Other", "email": "ADA@example.com"}`, 409},
		"no name":       {`{"name": " ", "email": "x@example.com"}`, 400},
		"long name":     {`{"name": "` + strings.Repeat("x", 201) + `", "email": "x@example.com"}`, 400},
		"no address":    {`{"name": "X", "email": "x"}`, 400},
		"named address": {`{"name": "X", "email": "X <x@example.com>"}`, 400},
		"unknown field": {`{"name": "X", "email": "x@example.com", "admin": true}`, 400},
		"two values":    {`{"name": "X", "email": "x@example.com"} {}`, 400},
		"not JSON":      {`name=X`, 400},
		"too large":     {`{"name": "` + strings.Repeat("x", maxBody) + `"}`, 400},
	} {
		t.Run(name, func(t *testing.T) {
			if w := call(t, h, "POST", "/users", c.body); w.Code != c.status || !strings.Contains(w.Body.String(), `"error":`) {
				t.Errorf("got %d %s, want %d", w.Code, w.Body, c.status)
			}
		})
	}
}
