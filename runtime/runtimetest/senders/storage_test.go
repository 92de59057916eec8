package senders_test

import (
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/isobar-dev/isobar/internal/judge"
	"github.com/isobar-dev/isobar/runtime/fn"
)

// storage is fake-gcs-server, which tells an emulator of Pub/Sub of what happens to objects, as Cloud Storage does.
// https://github.com/fsouza/fake-gcs-server
type storage struct{ address string }

// startStorage builds the server, which is a module of its own so that nobody else needs what it needs.
func startStorage(t *testing.T, p pubsub, topic string) storage {
	t.Helper()
	const name, install = "fake-gcs-server", "go -C internal/judge/gcs mod download"
	server := filepath.Join(t.TempDir(), name)
	build := exec.CommandContext(t.Context(), "go", "build", "-o", server, "github.com/fsouza/fake-gcs-server")
	build.Dir = filepath.Join("..", "..", "..", "internal", "judge", "gcs")
	build.Env = append(os.Environ(), "GOFLAGS=-mod=readonly", "GOPROXY=off") // a test fetches nothing
	if out, err := build.CombinedOutput(); err != nil {
		t.Logf("%s", out)
		judge.Absent(t, name, install)
	}
	port := freePort(t)
	cmd := exec.Command(server, "-backend", "memory", "-scheme", "http", "-host", "127.0.0.1", "-port", port, "-public-host", "127.0.0.1:"+port,
		"-event.pubsub-project-id", "shop", "-event.pubsub-topic", topic, "-event.list", "finalize,delete,metadataUpdate")
	cmd.Env = append(os.Environ(), "PUBSUB_EMULATOR_HOST="+p.host)
	run(t, cmd)
	s := storage{"http://127.0.0.1:" + port}
	listens(t, s.address+"/storage/v1/b")
	return s
}

func (s storage) upload(t *testing.T, key, content string) {
	t.Helper()
	send(t, "POST", s.address+"/upload/storage/v1/b/shop-uploads/o?uploadType=media&name="+url.QueryEscape(key), "image/jpeg", content)
}

// TestStorage makes, overwrites and deletes objects, of which an entrypoint hears through Pub/Sub.
func TestStorage(t *testing.T) {
	t.Parallel()
	p, notes := startPubSub(t), newNotebook(t)
	p.do(t, "PUT", "topics/uploads", object{})
	p.subscribe(t, "uploads", function(t, "look", notes), "", false)
	s := startStorage(t, p, "uploads")
	send(t, "POST", s.address+"/storage/v1/b?project=shop", "application/json", `{"name": "shop-uploads"}`)

	const key = "uploads/a b+c%20é.jpg"
	s.upload(t, "elsewhere/a.jpg", "x") // for which the function is not
	s.upload(t, key, "first")
	of := func(n int) func() bool { return func() bool { return len(notes.read(t)) >= n } }
	eventually(t, "the object", of(1))
	s.upload(t, key, "second one")
	eventually(t, "the overwritten object", of(2))
	send(t, "DELETE", s.address+"/storage/v1/b/shop-uploads/o/"+url.PathEscape(key), "", "")
	eventually(t, "the end of the object", of(3))

	seen := notes.read(t)
	for i, want := range []struct {
		kind string
		size int64
	}{{fn.TypeObjectCreated, 5}, {fn.TypeObjectCreated, 10}, {fn.TypeObjectDeleted, 0}} {
		if n := seen[i]; n.Type != want.kind || n.Object.Size != want.size || n.Object.Key != key || n.Subject != key || n.Object.Bucket != "uploads" || n.Time.IsZero() {
			t.Errorf("event %d is %+v", i, n)
		}
	}
	if seen[0].ID == seen[1].ID || seen[1].ID == seen[2].ID {
		t.Errorf("the IDs are %s, %s and %s", seen[0].ID, seen[1].ID, seen[2].ID)
	}
}
