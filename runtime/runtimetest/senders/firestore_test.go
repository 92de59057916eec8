package senders_test

import (
	"bytes"
	"encoding/base64"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/isobar-dev/isobar/runtime/fn"
)

// firestore is an emulator of Firestore that hands the changes of documents to an entrypoint, as Eventarc does.
// https://firebase.google.com/docs/emulator-suite/connect_firestore
type firestore struct{ address string }

// startFirestore starts the emulator. Its answer to the change of a document does not wait for what the entrypoint makes of it.
func startFirestore(t *testing.T, endpoint string) firestore {
	t.Helper()
	jar := platform(t, "firestore-emulator", "gcloud components install cloud-firestore-emulator, and Java", "cloud-firestore-emulator/cloud-firestore-emulator.jar")
	port := freePort(t)
	run(t, exec.Command("java", "-Xmx384m", "-cp", jar, "com.google.cloud.datastore.emulator.firestore.CloudFirestore",
		"--host=127.0.0.1", "--port="+port, "--functions_emulator="+strings.TrimPrefix(relay(t, endpoint), "http://")))
	f := firestore{"http://127.0.0.1:" + port}
	listens(t, f.address)
	// As the Firebase CLI registers the trigger of a function of the second generation:
	// https://github.com/firebase/firebase-tools/blob/master/src/emulator/functionsEmulator.ts
	send(t, "POST", f.address+"/emulator/v1/projects/shop/eventarcTrigger?eventarcTriggerId=track", "application/json", encode(t, object{
		"eventType": "google.cloud.firestore.document.v1.written", "database": "(default)", "namespace": "(default)",
		"document": object{"value": "users/{id}", "matchType": "PATH_PATTERN"},
	}))
	return f
}

// relay passes events on to an entrypoint. This emulator writes the protobuf of an event's data in base64, which Eventarc does not; that is
// undone here, and nothing else.
func relay(t *testing.T, endpoint string) string {
	to, err := url.Parse(endpoint)
	if err != nil {
		t.Fatal(err)
	}
	proxy := httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.Out.URL.Scheme, r.Out.URL.Host = to.Scheme, to.Host
		body, err := io.ReadAll(base64.NewDecoder(base64.StdEncoding, r.In.Body))
		if err != nil {
			t.Errorf("the emulator does not write base64 any more: %v", err)
		}
		r.Out.Body, r.Out.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	}}
	server := httptest.NewServer(&proxy)
	t.Cleanup(server.Close)
	return server.URL
}

func (f firestore) document(path string) string {
	return f.address + "/v1/projects/shop/databases/(default)/documents/" + path
}

// write makes a document, or changes it.
func (f firestore) write(t *testing.T, path string, u user) {
	t.Helper()
	text := func(s string) object { return object{"stringValue": s} }
	tags := []object{}
	for _, tag := range u.Tags {
		tags = append(tags, text(tag))
	}
	fields := object{
		"id": text(u.ID), "name": text(u.Name), "score": object{"integerValue": encode(t, u.Score)}, "tags": object{"arrayValue": object{"values": tags}},
	}
	send(t, http.MethodPatch, f.document(path), "application/json", encode(t, object{"fields": fields}), "Authorization: Bearer owner")
}

// TestFirestore makes, changes and deletes a document.
func TestFirestore(t *testing.T) {
	t.Parallel()
	notes := newNotebook(t)
	f := startFirestore(t, function(t, "track", notes))
	first := user{ID: "ada", Name: "Ada \"the first\" Lovelace é", Score: 9007199254740993, Tags: []string{"a", "b"}}
	second := user{ID: "ada", Name: "Ada", Score: -1, Tags: []string{}}
	count := func(n int) func() bool { return func() bool { return len(notes.read(t)) >= n } }
	f.write(t, "others/ada", first) // which is another table's
	f.write(t, "users/ada", first)
	eventually(t, "the new document", count(1))
	f.write(t, "users/ada", second)
	eventually(t, "the changed document", count(2))
	send(t, http.MethodDelete, f.document("users/ada"), "", "", "Authorization: Bearer owner")
	eventually(t, "the end of the document", count(3))

	seen := notes.read(t)
	for i, want := range []struct {
		kind     string
		now, old *user
	}{{fn.TypeItemUpserted, &first, nil}, {fn.TypeItemUpserted, &second, &first}, {fn.TypeItemDeleted, nil, &second}} {
		n := seen[i]
		if n.Type != want.kind || !same(n.New, want.now) || !same(n.Old, want.old) || n.Key["id"] != "ada" || n.Source != "/tables/users" || n.Time.IsZero() {
			t.Errorf("change %d is %+v: %+v, was %+v", i, n, n.New, n.Old)
		}
	}
	if seen[0].ID == seen[1].ID || seen[1].ID == seen[2].ID {
		t.Errorf("the IDs are %s, %s and %s", seen[0].ID, seen[1].ID, seen[2].ID)
	}
}

func same(a, b *user) bool {
	if a == nil || b == nil {
		return a == b
	}
	return a.ID == b.ID && a.Name == b.Name && a.Score == b.Score && slices.Equal(a.Tags, b.Tags)
}
