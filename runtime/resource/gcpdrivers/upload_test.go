package gcpdrivers

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// Who has the address of an upload may write the object, so that no error, which a log keeps, has it.
// https://cloud.google.com/storage/docs/resumable-uploads#session-uris
func TestNoErrorTellsTheAddressOfAnUpload(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			w.Header().Set("Location", "http://"+r.Host+"/upload?upload_id=s3cret")
			return
		}
		panic(http.ErrAbortHandler) // the connection is gone
	}))
	defer server.Close()
	b := OpenBucket(Settings{Storage: server.URL}, "uploads")
	defer func() { _ = b.Close() }()
	err := b.WriteAll(t.Context(), "large", make([]byte, chunk+1), nil)
	if err == nil || strings.Contains(err.Error(), "s3cret") || !strings.Contains(err.Error(), "/upload") {
		t.Errorf("got %v", err)
	}
}
