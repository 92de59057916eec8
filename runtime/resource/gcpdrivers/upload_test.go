package gcpdrivers

import (
	"bytes"
	"fmt"
	"io"
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

// slow is a session of an upload that keeps at most so many bytes of a request, by quanta.
type slow struct {
	kept   []byte
	most   int
	object []byte
}

func (s *slow) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodPost {
		w.Header().Set("Location", "http://"+r.Host+"/upload")
		return
	}
	var from, to int
	total := r.Header.Get("Content-Range")
	_, err := fmt.Sscanf(total, "bytes %d-%d/", &from, &to)
	data, readErr := io.ReadAll(r.Body)
	if err != nil || readErr != nil || from != len(s.kept) || to-from+1 != len(data) {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	s.kept = append(s.kept, data[:min(s.most, len(data))]...)
	if strings.HasSuffix(total, fmt.Sprintf("/%d", len(s.kept))) {
		s.object = s.kept
		_, _ = w.Write([]byte("{}"))
		return
	}
	w.Header().Set("Range", fmt.Sprintf("bytes=0-%d", len(s.kept)-1))
	w.WriteHeader(http.StatusPermanentRedirect)
}

// Of a part Cloud Storage may keep the beginning alone, and says so: what it has not kept is sent again.
// https://cloud.google.com/storage/docs/performing-resumable-uploads#chunked-upload
func TestAPartThatIsKeptInPart(t *testing.T) {
	session := &slow{most: 3 * quantum}
	server := httptest.NewServer(session)
	defer server.Close()
	b := OpenBucket(Settings{Storage: server.URL}, "uploads")
	defer func() { _ = b.Close() }()
	data := bytes.Repeat([]byte("0123456789"), (chunk+quantum)/10+7)
	if err := b.WriteAll(t.Context(), "large", data, nil); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(session.object, data) {
		t.Errorf("%d bytes are there of %d", len(session.object), len(data))
	}
}

// One that keeps nothing at all is not asked for ever.
func TestAPartOfWhichNothingIsKept(t *testing.T) {
	server := httptest.NewServer(&slow{})
	defer server.Close()
	b := OpenBucket(Settings{Storage: server.URL}, "uploads")
	defer func() { _ = b.Close() }()
	if err := b.WriteAll(t.Context(), "large", make([]byte, chunk+1), nil); err == nil || !strings.Contains(err.Error(), "stands at") {
		t.Errorf("got %v", err)
	}
}
