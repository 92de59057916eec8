package fn_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/isobar-dev/isobar/runtime/fn"
)

// A handler of a route with auth is tested as any other: the test says who asks.
func ExampleWithClaims() {
	mine := func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, "the orders of %s", fn.Claims(r.Context()).Subject)
	}
	r := httptest.NewRequest("GET", "/orders", http.NoBody)
	w := httptest.NewRecorder()
	mine(w, r.WithContext(fn.WithClaims(r.Context(), fn.ClaimSet{Subject: "ada"})))
	fmt.Println(w.Body)
	// Output: the orders of ada
}

func TestWithoutATokenNothingIsClaimed(t *testing.T) {
	if c := fn.Claims(t.Context()); c.Subject != "" || c.Scopes != nil || c.All != nil {
		t.Errorf("got %+v", c)
	}
}
