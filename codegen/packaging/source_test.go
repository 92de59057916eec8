package packaging

import (
	"strings"
	"testing"
)

// TestRequiredVersions are those that a module path allows: https://go.dev/ref/mod#major-version-suffixes
func TestRequiredVersions(t *testing.T) {
	for _, c := range []struct {
		module goModule
		want   string
	}{
		{goModule{Path: "example.com/app", Main: true}, "v0.0.0"},
		{goModule{Path: "example.com/app/v3", Main: true}, "v3.0.0"},
		{goModule{Path: "gopkg.in/app.v2", Main: true}, "v2.0.0"},
		{goModule{Path: "example.com/dev2", Main: true}, "v0.0.0"},
		{goModule{Path: "example.com/v2/app", Main: true}, "v0.0.0"},
		{goModule{Path: "example.org/lib", Version: "v1.2.3+incompatible"}, "v1.2.3+incompatible"},
	} {
		if got := required(&c.module); got != c.want {
			t.Errorf("%s %s: got %s, want %s", c.module.Path, c.module.Version, got, c.want)
		}
	}
}

// TestGoModSaysWhatModulesTxtSays compares the two, as the go command does before it compiles anything.
func TestGoModSaysWhatModulesTxtSays(t *testing.T) {
	app := &goModule{Path: "example.com/app", GoVersion: "1.26", Main: true}
	lib := &goModule{Path: "example.org/lib", Version: "v1.2.3", GoVersion: "1.9", Replace: &struct{ Path, Version string }{Path: "../lib"}}
	old := &goModule{Path: "example.org/old", Version: "v0.1.0"}
	root := &goPackage{ImportPath: "example.com/app/deploy/x/function", Module: app}
	g := graph{}
	for _, p := range []*goPackage{root, {ImportPath: "example.com/app/users", Module: app}, {ImportPath: "example.org/lib", Module: lib}, {ImportPath: "example.org/old/a", Module: old}} {
		g[p.ImportPath] = p
	}
	wantMod := `module example.com/app/deploy/x/function

go 1.26

require (
	example.com/app v0.0.0
	example.org/lib v1.2.3
	example.org/old v0.1.0
)
`
	if got := string(goMod(root.ImportPath, g, nil)); got != wantMod {
		t.Errorf("go.mod is\n%swant\n%s", got, wantMod)
	}
	wantModules := `# example.com/app v0.0.0
## explicit; go 1.26
example.com/app/users
# example.org/lib v1.2.3
## explicit; go 1.9
example.org/lib
# example.org/old v0.1.0
## explicit
example.org/old/a
`
	if got := string(modulesTxt(g, root)); got != wantModules {
		t.Errorf("modules.txt is\n%swant\n%s", got, wantModules)
	}
}

func TestBillOfMaterials(t *testing.T) {
	got := string(materials("shop", "go1.26.1", digest{3, "abc"}, []Module{
		{"github.com/GoogleCloudPlatform/Framework", "v1.9.2"}, {"example.org/old", "v2.0.0+incompatible"}, {"example.com/private", ""},
	}))
	for _, want := range []string{
		`"version": "sha256:abc"`,
		`"purl": "pkg:golang/std@v1.26.1"`,
		`"purl": "pkg:golang/github.com/googlecloudplatform/framework@v1.9.2"`,
		`"purl": "pkg:golang/example.org/old@v2.0.0%2Bincompatible"`,
		"{\n      \"type\": \"library\",\n      \"bom-ref\": \"example.com/private\",\n      \"name\": \"example.com/private\"\n    }",
		"\"dependsOn\": [\n        \"pkg:golang/std@v1.26.1\",",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("there is no %s in\n%s", want, got)
		}
	}
}
