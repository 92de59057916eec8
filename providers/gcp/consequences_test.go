package gcp_test

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/isobar-dev/isobar/codegen/change"
	"github.com/isobar-dev/isobar/providers/gcp"
)

// block is one of the schema of Google's provider.
type block struct {
	Attributes map[string]json.RawMessage
	BlockTypes map[string]struct{ Block block } `json:"block_types"`
}

// has tells whether a block has a path; what is below an attribute is the attribute's matter.
func (b block) has(path string) bool {
	first, rest, nested := strings.Cut(path, ".")
	if _, ok := b.Attributes[first]; ok {
		return true
	}
	inner, ok := b.BlockTypes[first]
	return ok && (!nested || inner.Block.has(rest))
}

// TestConsequencesAreOfProperties compares the table with the schema of Google's provider: a rule for a property that there is not would
// never be heard of.
func TestConsequencesAreOfProperties(t *testing.T) {
	data, err := os.ReadFile("../../internal/judge/terraform/google-7.45.0.json")
	if err != nil {
		t.Fatal(err)
	}
	var schema struct{ Resources map[string]block }
	if err := json.Unmarshal(data, &schema); err != nil {
		t.Fatal(err)
	}
	meta := []string{"depends_on", "lifecycle", "for_each"}
	for name, row := range gcp.New().Consequences().Types {
		if !strings.HasPrefix(name, "google_") {
			continue
		}
		resource, ok := schema.Resources[name]
		if !ok {
			t.Errorf("%s has no schema", name)
		}
		var paths []string
		for path := range row.Rules {
			paths = append(paths, path)
		}
		for _, c := range slices.Concat(row.Open, row.Kept, row.Protected, row.Filled) {
			paths = append(paths, c.Path)
		}
		for _, path := range paths {
			if first, _, _ := strings.Cut(path, "."); ok && !slices.Contains(meta, first) && !resource.has(path) {
				t.Errorf("%s has no property %s", name, path)
			}
		}
	}
}

// What is protected stays so when the module no longer has it: a lifecycle's prevent_destroy goes with the block that it is in.
// https://developer.hashicorp.com/terraform/language/meta-arguments/lifecycle#prevent_destroy
func TestProtectionOutlivesTheBlock(t *testing.T) {
	const spec = "isobar: v1\nname: a\nfunctions: { f: { handler: ./f.F, http: GET / } }\n"
	const kept = spec + "buckets: { b: { deletionProtection: true } }\ntables: { t: { key: { id: string }, deletionProtection: true } }\ntargets: { gcp: }\n"
	before, err := gcp.New().Deployment(harness.Lower(t, []byte(kept)), "")
	if err != nil {
		t.Fatal(err)
	}
	after, err := gcp.New().Deployment(harness.Lower(t, []byte(spec+"targets: { gcp: }\n")), "")
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]change.Reason{}
	for _, c := range change.Compare("gcp", before.Resources, after.Resources, gcp.New().Consequences()) {
		found[c.Address] = c.Why
	}
	if found["google_storage_bucket.b"] != change.IsProtected {
		t.Errorf("the bucket is not protected: %v", found)
	}
	for _, r := range before.Resources {
		if policy, _ := r.Get("deletion_policy"); r.Address == "google_storage_bucket.b" && policy != "PREVENT" {
			t.Errorf("the bucket's deletion policy is %q", policy)
		}
	}
}
