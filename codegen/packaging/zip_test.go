package packaging

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

func sample(t *testing.T) []entry {
	file := filepath.Join(t.TempDir(), "handler")
	if err := os.WriteFile(file, []byte("executable"), 0o600); err != nil {
		t.Fatal(err)
	}
	return []entry{
		{path: "host.json", mode: plainMode, data: []byte("{}")},
		{path: "handler", mode: executableMode, file: file},
		{path: "http/function.json", mode: plainMode, data: []byte("{}")},
	}
}

func TestZipHoldsWhatItIsGiven(t *testing.T) {
	var b bytes.Buffer
	d, err := writeZip(&b, sample(t))
	if err != nil {
		t.Fatal(err)
	}
	if d.Size != int64(b.Len()) {
		t.Errorf("the size is %d, not %d", d.Size, b.Len())
	}
	z, err := zip.NewReader(bytes.NewReader(b.Bytes()), d.Size)
	if err != nil {
		t.Fatal(err)
	}
	want := []struct {
		name    string
		mode    fs.FileMode
		content string
	}{{"handler", 0o755, "executable"}, {"host.json", 0o644, "{}"}, {"http/function.json", 0o644, "{}"}}
	for i, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(r)
		if err != nil || f.Name != want[i].name || f.Mode() != want[i].mode || string(content) != want[i].content {
			t.Errorf("got %s %v %q (%v), want %v", f.Name, f.Mode(), content, err, want[i])
		}
	}
	if len(z.File) != len(want) {
		t.Errorf("it holds %d files, not %d", len(z.File), len(want))
	}
}

func TestZipDependsOnItsFilesAlone(t *testing.T) {
	var b bytes.Buffer
	first, err := writeZip(&b, sample(t))
	if err != nil {
		t.Fatal(err)
	}
	again := sample(t) // the same in other files, in another order, at another time
	slices.Reverse(again)
	at := time.Unix(0, 0)
	if err := os.Chtimes(again[1].file, at, at); err != nil {
		t.Fatal(err)
	}
	if second, err := writeZip(io.Discard, again); err != nil || second != first {
		t.Errorf("got %v, %v, want %v", second, err, first)
	}
	for name, change := range map[string]func(e *entry){
		"mode": func(e *entry) { e.mode = executableMode },
		"path": func(e *entry) { e.path = "other.json" },
		"data": func(e *entry) { e.data = []byte("[]") },
	} {
		entries := sample(t)
		change(&entries[0])
		if other, err := writeZip(io.Discard, entries); err != nil || other.SHA256 == first.SHA256 {
			t.Errorf("another %s has the same hash (%v)", name, err)
		}
	}
}

// fullDisk takes some bytes, and then no more.
type fullDisk int

var errFull = errors.New("no space left on device")

func (d *fullDisk) Write(p []byte) (int, error) {
	if *d -= fullDisk(len(p)); *d < 0 {
		return 0, errFull
	}
	return len(p), nil
}

func TestZipOnAFullDisk(t *testing.T) {
	whole, err := writeZip(io.Discard, sample(t))
	if err != nil {
		t.Fatal(err)
	}
	for room := range whole.Size {
		disk := fullDisk(room)
		if _, err := writeZip(&disk, sample(t)); !errors.Is(err, errFull) {
			t.Errorf("with room for %d of %d bytes: %v", room, whole.Size, err)
		}
	}
}

// What the target would not take is refused before it is written.
func TestLimit(t *testing.T) {
	job := Job{Target: "x", Recipe: Recipe{Limit: Limit{Bytes: 10 << 20, Source: "https://example.com/limits"}}}
	file := filepath.Join(t.TempDir(), "bootstrap")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for size, want := range map[int64]string{
		10<<20 - 1: "", // and one byte of data
		10 << 20:   "the artifact has 11 MiB unpacked, and x takes 10 MiB at most (https://example.com/limits)",
		30 << 20:   "the artifact has 31 MiB unpacked, and x takes 10 MiB at most (https://example.com/limits)",
	} {
		if err := os.Truncate(file, size); err != nil {
			t.Fatal(err)
		}
		err := job.fits([]entry{{path: "bootstrap", file: file}, {path: "a", data: []byte("a")}})
		if got := fmt.Sprint(err); err != nil && got != want || err == nil && want != "" {
			t.Errorf("of %d bytes: %v", size, err)
		}
	}
}
