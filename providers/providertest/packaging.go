package providertest

import (
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/isobar-dev/isobar/codegen/artifact"
	"github.com/isobar-dev/isobar/spec/diag"
)

// packaging compares what a wing says of its artifact with the files that it generates.
func (h Harness) packaging(t *testing.T) {
	source := h.source(everything)
	files := h.Lower(t, source)
	recipe, diags := h.Wing.Package(App(t, source).Targets[0].Settings)
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	if !slices.ContainsFunc(files.Paths(), func(p string) bool { return path.Dir(p) == recipe.Package && strings.HasSuffix(p, ".go") }) {
		t.Errorf("the entrypoint is to be in %q, where no Go file is generated", recipe.Package)
	}
	if recipe.Arch == "" {
		t.Error("the recipe names no processor")
	}
	if recipe.Files != "" && !slices.ContainsFunc(files.Paths(), func(p string) bool { return strings.HasPrefix(p, recipe.Files+"/") }) {
		t.Errorf("%q is to be in the artifact, and no file is generated there", recipe.Files)
	}
	for _, name := range []string{recipe.Parameters.Artifact, recipe.Parameters.Stage} {
		if name != "" && !declares(files, name) {
			t.Errorf("no generated file has the parameter %s", name)
		}
	}
	_, diags = h.Wing.Package(App(t, []byte(everything+"targets: { "+h.Wing.Name()+": { colour: red } }\n")).Targets[0].Settings)
	if len(diags) == 0 || diags[0].Code != diag.UnknownKey {
		t.Errorf("an unknown setting: %v", diags)
	}
}

// declares tells whether any file but Go has a word.
func declares(files *artifact.Set, name string) bool {
	for p, data := range files.All() {
		words := strings.FieldsFunc(string(data), func(r rune) bool {
			return !strings.ContainsRune("_", r) && (r < '0' || r > '9' && r < 'A' || r > 'Z' && r < 'a' || r > 'z')
		})
		if !strings.HasSuffix(p, ".go") && slices.Contains(words, name) {
			return true
		}
	}
	return false
}
