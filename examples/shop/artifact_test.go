package shop_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/isobar-dev/isobar/runtime/runtimetest"
)

// temp is a folder that all tests share, for what is made once.
var temp string

func TestMain(m *testing.M) {
	var err error
	if temp, err = os.MkdirTemp("", "isobar-shop-"); err != nil {
		panic(err)
	}
	code := m.Run()
	closeEngines()
	_ = os.RemoveAll(temp) // the system's own folder for such things
	os.Exit(code)
}

// built is an artifact, as isobar build --format json lists it.
type built struct {
	Target, File, SBOM, SHA256 string
	Size                       int64
	Unchanged                  bool
	Parameters                 map[string]string
	Modules                    []struct{ Path, Version string }
}

// tool is the path of isobar.
var tool = sync.OnceValues(func() (string, error) {
	file := filepath.Join(temp, "isobar")
	out, err := exec.Command("go", "build", "-o", file, "github.com/isobar-dev/isobar/cmd/isobar").CombinedOutput()
	if err != nil {
		err = errors.New(string(out))
	}
	return file, err
})

// build builds the shop of a clone, and returns its artifacts by target.
func build(clone string, args ...string) (map[string]built, error) {
	isobar, err := tool()
	if err != nil {
		return nil, err
	}
	cmd := exec.Command(isobar, append([]string{"build", "--format", "json"}, args...)...)
	cmd.Dir = filepath.Join(clone, "examples", "shop")
	out, err := cmd.Output()
	if err != nil {
		return nil, errors.New(string(out))
	}
	var doc struct{ Artifacts []built }
	if err := json.Unmarshal(out, &doc); err != nil {
		return nil, err
	}
	artifacts := map[string]built{}
	for _, a := range doc.Artifacts {
		a.File = filepath.Join(cmd.Dir, a.File)
		artifacts[a.Target] = a
	}
	return artifacts, nil
}

// clone copies what the shop is built from, file by file in an order and with times of its own.
func clone(dir string) error {
	var files []string
	const root = "../.."
	for _, part := range []string{"go.mod", "go.sum", "runtime", "examples/shop"} {
		err := filepath.WalkDir(filepath.Join(root, part), func(file string, d fs.DirEntry, err error) error {
			if err == nil && d.Name() == "build" {
				return fs.SkipDir
			}
			if err == nil && d.Type().IsRegular() {
				files = append(files, file)
			}
			return err
		})
		if err != nil {
			return err
		}
	}
	rand.Shuffle(len(files), func(i, j int) { files[i], files[j] = files[j], files[i] })
	for _, file := range files {
		rel, err := filepath.Rel(root, file)
		if err != nil {
			return err
		}
		data, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		copied := filepath.Join(dir, rel)
		at := time.Unix(rand.Int64N(1_700_000_000), 0)
		if err := errors.Join(os.MkdirAll(filepath.Dir(copied), 0o755), os.WriteFile(copied, data, 0o644), os.Chtimes(copied, at, at)); err != nil {
			return err
		}
	}
	return nil
}

// artifacts are those of the shop, for processors of this machine's kind.
var artifacts = sync.OnceValues(func() (map[string]built, error) {
	dir := filepath.Join(temp, "here")
	if err := clone(dir); err != nil {
		return nil, err
	}
	spec := filepath.Join(dir, "examples/shop/isobar.yaml")
	data, err := os.ReadFile(spec)
	if err != nil {
		return nil, err
	}
	here := bytes.Replace(data, []byte("architecture: arm64"), []byte("architecture: x86_64"), 1)
	if err := os.WriteFile(spec, here, 0o644); err != nil {
		return nil, err
	}
	return build(dir, "--gen")
})

// unpacked is the folder with what is in an artifact, and nothing else.
func unpacked(t *testing.T, target string) string {
	t.Helper()
	if runtime.GOOS+"/"+runtime.GOARCH != "linux/amd64" {
		t.Skip("artifacts are for Linux on amd64, and are NOT STARTED on " + runtime.GOOS + "/" + runtime.GOARCH)
	}
	made, err := artifacts()
	if err != nil {
		t.Fatal(err)
	}
	return runtimetest.Unpack(t, made[target].File)
}

// TestArtifactsAreReproducible builds two clones, which have nothing in common but their source.
func TestArtifactsAreReproducible(t *testing.T) {
	var made [2]map[string]built
	for i, name := range []string{"one", "another/place"} {
		dir := filepath.Join(t.TempDir(), name)
		if err := clone(dir); err != nil {
			t.Fatal(err)
		}
		t.Setenv("TZ", []string{"UTC", "Asia/Kathmandu"}[i])
		t.Setenv("GOFLAGS", []string{"", "-race -gcflags=-N"}[i])
		var err error
		if made[i], err = build(dir); err != nil {
			t.Fatal(err)
		}
	}
	for _, target := range []string{"aws", "azure", "gcp"} {
		one, other := made[0][target], made[1][target]
		if one.SHA256 == "" || one.SHA256 != other.SHA256 || filepath.Base(one.File) != filepath.Base(other.File) {
			t.Errorf("%s: %s has the hash %s, %s has %s", target, one.File, one.SHA256, other.File, other.SHA256)
		}
		if !strings.Contains(one.File, one.SHA256[:16]) {
			t.Errorf("%s: the name of %s does not have its hash %s", target, one.File, one.SHA256)
		}
	}
}

// TestPackage looks into the Functions package.
func TestPackage(t *testing.T) {
	dir := unpacked(t, "azure")
	info, err := os.Stat(filepath.Join(dir, "handler"))
	if err != nil || info.Mode().Perm() != 0o755 {
		t.Errorf("handler: %v, %v", info.Mode(), err)
	}
	var files []string
	err = filepath.WalkDir(dir, func(file string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() {
			files = append(files, strings.TrimPrefix(file, dir+"/"))
		}
		return err
	})
	want := []string{
		"handler", "host.json", "http/function.json", "index-user/function.json", "process-order/function.json",
		"settle-pending/function.json", "thumbnail/function.json", "welcome-user/function.json",
	}
	if err != nil || !slices.Equal(files, want) {
		t.Errorf("the package holds %v (%v), want %v", files, err, want)
	}
}

// TestSourceIsClean looks for what must not be in the source that a buildpack compiles.
func TestSourceIsClean(t *testing.T) {
	dir := unpacked(t, "gcp")
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var top []string
	for _, e := range entries {
		top = append(top, e.Name())
	}
	if want := []string{"function.go", "go.mod", "vendor"}; !slices.Equal(top, want) {
		t.Errorf("at the root are %v, want %v", top, want)
	}
	err = filepath.WalkDir(dir, func(file string, d fs.DirEntry, err error) error {
		if err == nil && (strings.HasSuffix(file, "_test.go") || strings.Contains(file, "testdata") || strings.Contains(file, "isobar/cmd") || strings.Contains(file, "runtime/aws")) {
			t.Errorf("%s is in it", file)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}
