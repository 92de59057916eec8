package gcpdrivers

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"golang.org/x/oauth2"
)

// A token is for one API, and for nobody to whom that refers.
func TestATokenFollowsNoRedirect(t *testing.T) {
	elsewhere := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		t.Errorf("another server is asked, with %q", r.Header.Get("Authorization"))
	}))
	defer elsewhere.Close()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, elsewhere.URL, http.StatusTemporaryRedirect)
	}))
	defer server.Close()
	b := OpenBucket(Settings{Storage: server.URL, Tokens: oauth2.StaticTokenSource(&oauth2.Token{AccessToken: "s3cret"})}, "uploads")
	defer func() { _ = b.Close() }()
	if _, err := b.ReadAll(t.Context(), "x"); err == nil || !strings.Contains(err.Error(), "307") {
		t.Errorf("got %v", err)
	}
}
