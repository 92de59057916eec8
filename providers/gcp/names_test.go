package gcp_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"

	"github.com/isobar-dev/isobar/providers/gcp"
	"github.com/isobar-dev/isobar/providers/providertest"
)

// rule is what an API takes as the name of a resource.
type rule struct {
	attribute string
	min, max  int
	pattern   string
}

// rules are those of all types whose names are made of the spec's.
var rules = map[string]rule{
	// https://cloud.google.com/run/docs/deploying#service-name; a function has the name of its service.
	"google_cloudfunctions2_function": {"name", 1, 49, `[a-z]([a-z0-9-]*[a-z0-9])?`},
	// https://cloud.google.com/scheduler/docs/reference/rest/v1/projects.locations.jobs#Job.FIELDS.name
	"google_cloud_scheduler_job": {"name", 1, 500, `[A-Za-z0-9_-]+`},
	// https://cloud.google.com/firestore/docs/manage-databases#database_id
	"google_firestore_database": {"name", 4, 63, `[a-z][a-z0-9-]*[a-z0-9]`},
	// https://cloud.google.com/monitoring/api/ref_v3/rest/v3/projects.alertPolicies#AlertPolicy.FIELDS.display_name
	"google_monitoring_alert_policy": {"display_name", 1, 512, `.*`},
	// https://cloud.google.com/pubsub/docs/pubsub-basics#resource_names
	"google_pubsub_subscription": {"name", 3, 255, `[A-Za-z][A-Za-z0-9._~+%-]*`},
	"google_pubsub_topic":        {"name", 3, 255, `[A-Za-z][A-Za-z0-9._~+%-]*`},
	// https://cloud.google.com/secret-manager/docs/reference/rest/v1/projects.secrets/create
	"google_secret_manager_secret": {"secret_id", 1, 255, `[A-Za-z0-9_-]+`},
	// https://cloud.google.com/iam/docs/service-accounts-create
	"google_service_account": {"account_id", 6, 30, `[a-z][a-z0-9-]*[a-z0-9]`},
	// https://cloud.google.com/storage/docs/buckets#naming
	"google_storage_bucket": {"name", 3, 63, `[a-z0-9][a-z0-9._-]*[a-z0-9]`},
	// https://cloud.google.com/workflows/docs/reference/rest/v1/projects.locations.workflows/create
	"google_workflows_workflow": {"name", 1, 64, `[A-Za-z]([A-Za-z0-9_-]*[A-Za-z0-9])?`},
}

// long is a name of 49 characters, as long as the spec has them, of which few are told apart by more than their ends.
func long(end string) string { return strings.Repeat("long-name-", 5)[:49-len(end)] + end }

// Names are what the APIs take, and differ, however short or long those of the spec and the stage are.
func TestNamesFit(t *testing.T) {
	for _, app := range []string{"a", "ab", "a-name-of-twenty-xyz"} {
		for _, name := range []func(string) string{long, strings.ToLower} {
			names := allNames(t, app, name)
			for _, stage := range []string{"s", "stage678"} { // as short and as long as it gets
				seen := map[string]bool{}
				for _, n := range names {
					r, text := rules[n.kind], n.in(t, app, stage)
					if len(text) < r.min || len(text) > r.max || !regexp.MustCompile(`^(?:`+r.pattern+`)$`).MatchString(text) {
						t.Errorf("%s %q has %d characters, of %d to %d like %s", n.kind, text, len(text), r.min, r.max, r.pattern)
					}
					if seen[n.kind+text] {
						t.Errorf("%s %q is there twice", n.kind, text)
					}
					seen[n.kind+text] = true
				}
			}
		}
	}
}

// given is a name as a module has it.
type given struct {
	kind string
	expr hcl.Expression
}

// in is the name in a stage.
func (g given) in(t *testing.T, app, stage string) string {
	t.Helper()
	project := cty.ObjectVal(map[string]cty.Value{"this": cty.ObjectVal(map[string]cty.Value{"number": cty.StringVal("1234567890123")})})
	v, diags := g.expr.Value(&hcl.EvalContext{Variables: map[string]cty.Value{
		"var":   cty.ObjectVal(map[string]cty.Value{"stage": cty.StringVal(stage)}),
		"local": cty.ObjectVal(map[string]cty.Value{"prefix": cty.StringVal(app + "-" + stage)}),
		"data":  cty.ObjectVal(map[string]cty.Value{"google_project": project}),
	}})
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	return v.AsString()
}

// allNames are those of an app that has everything, under names made of one letter each. Every type with a rule is among them.
func allNames(t *testing.T, app string, name func(string) string) []given {
	t.Helper()
	source := "isobar: v1\nname: " + app + "\nfunctions:\n"
	for end, rest := range map[string]string{
		"e": "schedule: \"* * * * *\"", "f": "schedule: \"* * * * *\"", "g": "queue: " + name("q"), "h": "topic: " + name("t"),
		"i": "bucket: " + name("b"), "j": "table: " + name("d"), "k": "task: true", "l": "http: GET /",
	} {
		source += fmt.Sprintf("  %s: { handler: ./f.F, %s }\n", name(end), rest)
	}
	source += fmt.Sprintf("queues: { %s: }\ntopics: { %s: }\nbuckets: { %s: , %s: }\nsecrets: { %s: , %s: }\n", name("q"), name("t"), name("b"), name("c"), name("s"), name("u"))
	source += fmt.Sprintf("tables: { %s: { key: { id: string } } }\nworkflows: { %s: { definition: w.asl.json }, %s: { definition: w.asl.json } }\ntargets: { gcp: }\n", name("d"), name("w"), name("x"))
	plan := providertest.App(t, []byte(source))
	for i := range plan.Workflows {
		w := &plan.Workflows[i]
		if diags := plan.Define(w, w.Definition.Value, []byte(`{ "StartAt": "S", "States": { "S": { "Type": "Succeed" } } }`)); diags.HasErrors() {
			t.Fatal(diags)
		}
	}
	files, diags := gcp.New().Lower(plan, plan.Targets[0])
	if diags.HasErrors() {
		t.Fatalf("refused:\n%s", diags)
	}
	var names []given
	kinds := map[string]bool{}
	for _, b := range blocks(t, files) {
		if b.Type != "resource" {
			continue
		}
		if r, ok := rules[b.Labels[0]]; ok {
			names = append(names, given{b.Labels[0], b.Body.Attributes[r.attribute].Expr})
			kinds[b.Labels[0]] = true
		}
	}
	for kind := range rules {
		if !kinds[kind] {
			t.Errorf("no %s has a name", kind)
		}
	}
	return names
}
