package gcp_test

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/isobar-dev/isobar/codegen/artifact"
	"github.com/isobar-dev/isobar/providers/providertest"
)

// These tests are about what `terraform apply` does to a deployment that is there already, which no schema tells.

// all are the blocks of every module in testdata.
func all(t *testing.T) hclsyntax.Blocks {
	t.Helper()
	var found hclsyntax.Blocks
	for _, files := range providertest.Trees(t, harness, nil) {
		found = append(found, blocks(t, files)...)
	}
	return found
}

// A data source that waits for resources is read during apply as soon as one of them is to change. What is made of it is unknown until
// then: an app with its first queue, and so with another API, would get new buckets, whose names have the project's number.
// https://developer.hashicorp.com/terraform/language/data-sources#data-resource-dependencies
func TestDataIsReadBeforeAnythingChanges(t *testing.T) {
	seen := map[string]bool{}
	for _, b := range all(t) {
		if b.Type != "data" {
			continue
		}
		seen[b.Labels[0]] = true
		if b.Body.Attributes["depends_on"] != nil {
			t.Errorf("%v waits", b.Labels)
		}
	}
	if len(seen) != 2 { // the project, and the agent of Cloud Storage
		t.Errorf("saw %v", seen)
	}
}

// kept are the properties that the provider keeps at what they were when a module says nothing of them, and by which resources, so that
// what the spec no longer says would never come about. Each is written, always.
// https://github.com/hashicorp/terraform-provider-google/tree/v7.45.0/google/services: Optional and Computed
var kept = map[string][]string{
	"google_cloudfunctions2_function": {"service_config.available_memory", "service_config.available_cpu", "service_config.timeout_seconds"},
	"google_storage_bucket":           {"versioning.enabled"},
	"google_pubsub_subscription":      {"ack_deadline_seconds"},
}

func TestWhatTheProviderKeepsIsWritten(t *testing.T) {
	seen := map[string]bool{}
	for _, b := range all(t) {
		if b.Type != "resource" {
			continue
		}
		for _, path := range kept[b.Labels[0]] {
			seen[b.Labels[0]] = true
			if b.Labels[0] == "google_pubsub_subscription" && strings.HasSuffix(b.Labels[1], "_dead_letter") {
				continue // whose messages nobody acknowledges in a call
			}
			if !written(b.Body, strings.Split(path, ".")) {
				t.Errorf("%s does not say its %s", strings.Join(b.Labels, "."), path)
			}
		}
	}
	if len(seen) != len(kept) {
		t.Errorf("saw %v", seen)
	}
}

// written tells whether a body has an attribute.
func written(body *hclsyntax.Body, path []string) bool {
	if len(path) == 1 {
		return body.Attributes[path[0]] != nil
	}
	return slices.ContainsFunc(body.Blocks, func(b *hclsyntax.Block) bool { return b.Type == path[0] && written(b.Body, path[1:]) })
}

// A function is built as soon as it is there, by an account that is new as well: a right takes a while to be known everywhere, and a
// service agent to be there once its API is. https://cloud.google.com/iam/docs/access-change-propagation
func TestFunctionsAreBuiltOnceTheirBuilderMay(t *testing.T) {
	seen := map[string]bool{}
	for _, b := range all(t) {
		if b.Type != "resource" {
			continue
		}
		needs := map[string][]string{
			"google_cloudfunctions2_function": {"time_sleep.permissions"},
			"google_workflows_workflow":       {"time_sleep.permissions"},
			"time_sleep":                      {"google_project_iam_member.builder", "google_project_iam_member.builder_source", "google_project_service.this"},
		}[b.Labels[0]]
		for _, need := range needs {
			seen[b.Labels[0]] = true
			if !slices.Contains(waitsFor(t, b), need) {
				t.Errorf("%s does not wait for %s", strings.Join(b.Labels, "."), need)
			}
		}
	}
	if len(seen) != 3 {
		t.Errorf("saw %v", seen)
	}
}

// waitsFor are the addresses that a block's depends_on names.
func waitsFor(t *testing.T, b *hclsyntax.Block) []string {
	t.Helper()
	a := b.Body.Attributes["depends_on"]
	if a == nil {
		return nil
	}
	var found []string
	for _, e := range a.Expr.(*hclsyntax.TupleConsExpr).Exprs {
		found = append(found, addressed(t, e))
	}
	return found
}

// Pub/Sub signs in as the event caller to push, which its agent may do by itself in younger projects alone.
// https://cloud.google.com/pubsub/docs/authenticate-push-subscriptions#configure_for_push_authentication
func TestPushesAreSignedIn(t *testing.T) {
	for name, files := range providertest.Trees(t, harness, nil) {
		pushes, signs := false, false
		for _, b := range blocks(t, files) {
			if b.Type != "resource" {
				continue
			}
			pushes = pushes || slices.ContainsFunc(b.Body.Blocks, func(b *hclsyntax.Block) bool { return b.Type == "push_config" })
			signs = signs || b.Labels[0] == "google_service_account_iam_member" && addressed(t, b.Body.Attributes["service_account_id"].Expr) == "google_service_account.event_caller"
		}
		if pushes && !signs {
			t.Errorf("%s pushes, and may not sign in", name)
		}
	}
}

// What builds the functions reads source, and nothing else that the project stores: a role that is had in all of a project, and reaches
// what is stored there, has a condition.
func TestNobodyReadsAllThatIsStored(t *testing.T) {
	seen := 0
	for _, b := range all(t) {
		if b.Type != "resource" || b.Labels[0] != "google_project_iam_member" {
			continue
		}
		stored := slices.ContainsFunc(rolesOf(t, b), func(role string) bool {
			return strings.HasPrefix(role, "roles/storage.") || strings.HasPrefix(role, "roles/datastore.")
		})
		if !stored {
			continue
		}
		seen++
		if !slices.ContainsFunc(b.Body.Blocks, func(inner *hclsyntax.Block) bool { return inner.Type == "condition" }) {
			t.Errorf("%s is for all of the project", strings.Join(b.Labels, "."))
		}
	}
	if seen == 0 {
		t.Error("saw none")
	}
}

// A query can ask for either order of a sort attribute, and Firestore answers each from an index of its own; its emulator needs none.
// https://cloud.google.com/firestore/docs/query-data/index-overview#composite_indexes
func TestIndexesGoBothWays(t *testing.T) {
	seen := 0
	for _, b := range all(t) {
		if b.Type != "resource" || b.Labels[0] != "google_firestore_index" {
			continue
		}
		seen++
		each, ok := b.Body.Attributes["for_each"]
		if !ok {
			t.Errorf("%v goes one way", b.Labels)
			continue
		}
		var ways []string
		for _, e := range each.Expr.(*hclsyntax.FunctionCallExpr).Args[0].(*hclsyntax.TupleConsExpr).Exprs {
			ways = append(ways, text(t, e))
		}
		if !slices.Equal(ways, []string{"ASCENDING", "DESCENDING"}) {
			t.Errorf("%v goes %q", b.Labels, ways)
		}
	}
	if seen == 0 {
		t.Error("saw none")
	}
}

// The CPU goes with the memory, whatever a stage has, and however much there is.
func TestCPU(t *testing.T) {
	for _, c := range []struct {
		memory string
		want   float64
	}{
		{"128MiB", 0.0833},
		{"256MiB", 0.1666},
		{"300MiB", 0.3333},
		{"1GiB", 0.5833},
		{"2GiB", 1},
		{"5GiB", 2},
		{"9GiB", 4},
		{"32GiB", 8},
	} {
		files := harness.Lower(t, []byte("isobar: v1\nname: shop\nfunctions: { f: { handler: ./f.F, http: GET /, memory: "+c.memory+" } }\ntargets: { gcp: }\n"))
		if got, want := config(t, files, "http", "available_cpu"), strconv.FormatFloat(c.want, 'f', -1, 64); got != want {
			t.Errorf("%s of memory has a CPU of %s, want %s", c.memory, got, want)
		}
	}
}

// config is the text of an expression in the configuration of a function's service.
func config(t *testing.T, files *artifact.Set, function, attribute string) string {
	t.Helper()
	sources := map[string][]byte{}
	for path, data := range files.All() {
		sources[path] = data
	}
	for _, b := range blocks(t, files) {
		if !slices.Equal(b.Labels, []string{"google_cloudfunctions2_function", function}) {
			continue
		}
		for _, inner := range b.Body.Blocks {
			if a := inner.Body.Attributes[attribute]; inner.Type == "service_config" && a != nil {
				r := a.Expr.Range()
				return string(sources[r.Filename][r.Start.Byte:r.End.Byte])
			}
		}
	}
	t.Fatalf("there is no %s of %s", attribute, function)
	return ""
}
