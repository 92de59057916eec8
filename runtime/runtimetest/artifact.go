package runtimetest

import (
	"archive/zip"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// Unpack unpacks a zip, with the modes that it gives its files, into a new folder, and returns that.
func Unpack(t testing.TB, file string) string {
	t.Helper()
	dir := t.TempDir()
	z, err := zip.OpenReader(file)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = z.Close() }() // it was open for reading
	for _, f := range z.File {
		if err := unpack(f, dir); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func unpack(f *zip.File, dir string) error {
	if !filepath.IsLocal(f.Name) {
		return errors.New(f.Name + " is outside of the artifact")
	}
	name := filepath.Join(dir, filepath.FromSlash(f.Name))
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return err
	}
	r, err := f.Open()
	if err != nil {
		return err
	}
	defer r.Close()
	w, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, f.Mode())
	if err != nil {
		return err
	}
	_, err = io.Copy(w, r)
	return errors.Join(err, w.Close())
}

// BuildVendored compiles an artifact that is source as Google's buildpack does, and returns the executable: with a main package that
// it writes into the module, and nothing to be had from the network or from a cache of modules.
// https://github.com/GoogleCloudPlatform/buildpacks/blob/21f28de8c499445ef1098016bfce35b16415e4b1/cmd/go/functions_framework/lib/lib.go#L230
func BuildVendored(t testing.TB, dir string) string {
	t.Helper()
	run := func(args ...string) string {
		cmd := exec.CommandContext(t.Context(), "go", args...)
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "GOFLAGS=-mod=vendor", "GOPROXY=off", "GOMODCACHE="+t.TempDir(), "GOWORK=off")
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("go %s: %v\n%s", strings.Join(args, " "), err, out)
		}
		return strings.TrimSpace(string(out))
	}
	module := run("list", "-m")
	if first, _, _ := strings.Cut(module, "/"); !strings.Contains(first, ".") {
		t.Errorf("the first element of the module path %s has no dot", module)
	}
	const framework = "github.com/GoogleCloudPlatform/functions-framework-go"
	if version := run("list", "-m", "-f", "{{.Version}}", framework); !strings.HasPrefix(version, "v") {
		t.Errorf("the framework's version is %q", version)
	}
	if imports := run("list", "-f", "{{join .Imports \"\\n\"}}", "."); !strings.Contains(imports, framework+"/functions\n") {
		t.Errorf("the root package does not import %s/functions, from which the buildpack sees that it registers by itself:\n%s", framework, imports)
	}
	app := filepath.Join(dir, "functions.local", "app")
	source := strings.Replace(buildpackMain, "%q", `"`+module+`"`, 1)
	if err := errors.Join(os.MkdirAll(app, 0o755), os.WriteFile(filepath.Join(app, "main.go"), []byte(source), 0o600)); err != nil {
		t.Fatal(err)
	}
	executable := filepath.Join(t.TempDir(), "main")
	run("build", "-trimpath", "-o", executable, app) // trimmed paths are the same in every folder, so that what is compiled is compiled once
	return executable
}
