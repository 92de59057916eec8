package handlers_test

import (
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/isobar-dev/isobar/codegen/handlers"
	"github.com/isobar-dev/isobar/spec"
)

// locked is a tree with a file that nobody may read.
type locked struct {
	fstest.MapFS
	file string
}

func (l locked) Open(name string) (fs.File, error) {
	if name == l.file {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrPermission}
	}
	return l.MapFS.Open(name)
}

// A file that may not be read is not taken for one that is not there.
func TestAFileThatMayNotBeRead(t *testing.T) {
	tree := locked{fstest.MapFS{"go.mod": {Data: []byte("module example.com/app\n")}, "x/x.go": {Data: []byte("package x\n")}}, "x/x.go"}
	doc, diags := spec.Load("isobar.yaml", []byte("isobar: v1\nname: app\nfunctions: { f: { handler: ./x.F, http: GET / } }\ntargets: { some: }\n"))
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	_, diags = handlers.Find(tree, ".", doc)
	if len(diags) != 1 || !strings.Contains(diags[0].Message, "the folder ./x cannot be read: x.go: permission denied") {
		t.Errorf("got %v", diags)
	}
}
