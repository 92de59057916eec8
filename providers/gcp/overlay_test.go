package gcp_test

import (
	"strings"
	"testing"

	"github.com/isobar-dev/isobar/codegen/plan"
	"github.com/isobar-dev/isobar/providers/gcp"
	"github.com/isobar-dev/isobar/providers/providertest"
)

// patched lowers an app with one queue whose topic and subscription have a patch each, written as YAML on one line.
func patched(t *testing.T, resource, patch string) (subscription, problems string) {
	t.Helper()
	app := providertest.App(t, []byte(`isobar: v1
name: shop
functions: { f: { handler: ./f.F, http: GET / } }
queues: { orders: }
targets: { gcp: { overlay: { `+resource+`: `+patch+` } } }
`))
	files, diags := gcp.New().Lower(app, app.Targets[0])
	if diags.HasErrors() {
		return "", diags.String()
	}
	for path, data := range files.All() {
		if path == "queues.tf" {
			begin := strings.Index(string(data), `resource "google_pubsub_subscription" "orders" {`)
			end := strings.Index(string(data)[begin:], "\n}\n")
			subscription = string(data)[begin : begin+end]
		}
	}
	return subscription, ""
}

// What a patch adds is a literal, in the form that Terraform has for it: a block, several, or an attribute.
func TestOverlay(t *testing.T) {
	for name, c := range map[string]struct{ patch, want string }{
		"a number":          {"{ ack_deadline_seconds: 20 }", "ack_deadline_seconds       = 20\n"},
		"a fraction":        {"{ ack_deadline_seconds: 1.5 }", "ack_deadline_seconds       = 1.5\n"},
		"a truth":           {"{ retain_acked_messages: !new true }", "retain_acked_messages = true"},
		"a text":            {`{ filter: !new "${var.stage}" }`, `filter = "$${var.stage}"`},
		"in a block":        {"{ retry_policy: { minimum_backoff: 1s } }", "retry_policy {\n    minimum_backoff = \"1s\"\n    maximum_backoff = \"600s\"\n  }"},
		"a new block":       {"{ no_wrapper: !new { write_metadata: true } }", "no_wrapper {\n    write_metadata = true\n  }"},
		"several blocks":    {"{ x: !new [{ a: 1 }, { b: 2 }] }", "x {\n    a = 1\n  }\n\n  x {\n    b = 2\n  }"},
		"an empty list":     {"{ x: !new [] }", "x = []"},
		"a list":            {"{ x: !new [a] }", "x = [\"a\"]"},
		"in place of block": {"{ retry_policy: [{ a: 1 }] }", "retry_policy {\n    a = 1\n  }"},
		"a label":           {`{ labels: { "team/$": !new "a" } }`, "labels = {\n    isobar-app   = \"shop\"\n    isobar-stage = var.stage\n    \"team/$\"     = \"a\"\n  }"},
		"a label less":      {`{ labels: { isobar-app: null } }`, "labels = {\n    isobar-stage = var.stage\n  }"},
		"another label":     {`{ labels: { isobar-app: b } }`, "isobar-app   = \"b\""},
		"a new mapping":     {`{ parameters: !new { a: { b: [1, true, null] } } }`, "parameters = {\n    a = {\n      b = [\n        1,\n        true,\n        null,\n      ]\n    }\n  }"},
	} {
		t.Run(name, func(t *testing.T) {
			got, problems := patched(t, "google_pubsub_subscription.orders", c.patch)
			if problems != "" || !strings.Contains(got, c.want) {
				t.Errorf("%s\ngot\n%s\nwant\n%s", problems, got, c.want)
			}
		})
	}
	if got, problems := patched(t, "google_pubsub_subscription.orders", "{ expiration_policy: null, labels: null }"); problems != "" || strings.Contains(got, "expiration_policy") || strings.Contains(got, "labels") {
		t.Errorf("%s\nwhat is taken away is there:\n%s", problems, got)
	}
}

// A patch that would do nothing, or something else, fails at its line.
func TestOverlayFails(t *testing.T) {
	for name, c := range map[string]struct{ resource, patch, want string }{
		"a resource that is gone": {"google_pubsub_subscription.order", "{ filter: !new x }", `isobar.yaml:5:30: error ISO0503: no resource "google_pubsub_subscription.order" is generated (did you mean "google_pubsub_subscription.orders"?)`},
		"an attribute":            {"google_pubsub_subscription.orders", "{ filter: x }", `"google_pubsub_subscription.orders.filter" is not there`},
		"in a block":              {"google_pubsub_subscription.orders", "{ retry_policy: { min: x } }", `"google_pubsub_subscription.orders.retry_policy.min" is not there`},
		"code for a name":         {"google_pubsub_subscription.orders", `{ "x = file(\"/etc/passwd\")": !new y }`, `is no name of an attribute`},
		"code deep within":        {"google_pubsub_subscription.orders", `{ x: !new [{ y: { "}": z } }] }`, `"}" is no name of an attribute`},
		"one of several":          {"google_storage_bucket.b", "{}", "no resource"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, problems := patched(t, c.resource, c.patch); !strings.Contains(problems, c.want) || !strings.HasPrefix(problems, "isobar.yaml:5:") {
				t.Errorf("got\n%s\nwant\n%s", problems, c.want)
			}
		})
	}
}

// A file of Terraform's own becomes part of the module, unless it would take something's place.
func TestInclude(t *testing.T) {
	const sound = "resource \"google_pubsub_topic\" \"extra\" {\n  name = \"extra-${var.stage}\"\n}\n"
	for name, c := range map[string]struct {
		files []plan.Include
		want  string
	}{
		"a file":                {[]plan.Include{{Path: "infra/extra.tf", Data: []byte(sound)}}, ""},
		"not of Terraform":      {[]plan.Include{{Path: "infra/extra.yaml"}}, `isobar.yaml:9:3: error ISO0504: "infra/extra.yaml" is no file of Terraform`},
		"a generated name":      {[]plan.Include{{Path: "infra/main.tf", Data: []byte(sound)}}, `there is a file "main.tf" already`},
		"the same name twice":   {[]plan.Include{{Path: "a/x.tf"}, {Path: "b/x.tf"}}, `there is a file "x.tf" already`},
		"no Terraform":          {[]plan.Include{{Path: "infra/extra.tf", Data: []byte("\nresource {\n")}}, "infra/extra.tf:2:10: error ISO0504"},
		"a generated resource":  {[]plan.Include{{Path: "x.tf", Data: []byte("\nresource \"google_pubsub_topic\" \"orders\" {}\n")}}, "x.tf:2:1: error ISO0504: resource.google_pubsub_topic.orders is in queues.tf already"},
		"a generated variable":  {[]plan.Include{{Path: "x.tf", Data: []byte("variable \"stage\" {}\n")}}, "variable.stage is in variables.tf already"},
		"a resource of another": {[]plan.Include{{Path: "x.tf", Data: []byte(sound)}, {Path: "y.tf", Data: []byte(sound)}}, "y.tf:1:1: error ISO0504: resource.google_pubsub_topic.extra is in x.tf already"},
		"a provider of its own": {[]plan.Include{{Path: "x.tf", Data: []byte("provider \"google\" {\n  alias = \"other\"\n}\n")}}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			app := providertest.App(t, []byte("isobar: v1\nname: shop\nfunctions: { f: { handler: ./f.F, http: GET / } }\nqueues: { orders: }\ntargets: { gcp: }\n"))
			target := app.Targets[0]
			for _, f := range c.files {
				f.Pos = target.Pos
				f.Pos.Line, f.Pos.Column = 9, 3
				target.Include = append(target.Include, f)
			}
			files, diags := gcp.New().Lower(app, target)
			if c.want != "" {
				if !strings.Contains(diags.String(), c.want) || files != nil {
					t.Errorf("got\n%s\nwant\n%s", diags, c.want)
				}
				return
			}
			if diags.HasErrors() {
				t.Fatal(diags)
			}
			for path, data := range files.All() {
				if strings.HasSuffix(c.files[0].Path, path) && string(data) == string(c.files[0].Data) {
					return
				}
			}
			t.Errorf("the file is not among %v", files.Paths())
		})
	}
}
