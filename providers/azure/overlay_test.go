package azure_test

import (
	"strings"
	"testing"

	"github.com/isobar-dev/isobar/providers/azure"
	"github.com/isobar-dev/isobar/providers/providertest"
)

// patched lowers an app with one queue, and with a patch of a resource, written as YAML on one line.
func patched(t *testing.T, resource, patch string) (template, problems string) {
	t.Helper()
	app := providertest.App(t, []byte(`isobar: v1
name: shop
functions: { f: { handler: ./f.F, http: GET / } }
queues: { orders: }
targets: { azure: { overlay: { `+resource+`: `+patch+` } } }
`))
	files, diags := azure.New().Lower(app, app.Targets[0])
	if diags.HasErrors() {
		return "", diags.String()
	}
	source, _ := files.Get("main.bicep")
	return string(source), ""
}

// What a patch adds is a literal: no text of it is an expression.
func TestOverlay(t *testing.T) {
	for name, c := range map[string]struct{ resource, patch, want string }{
		"a number":         {"queueOrders", "{ properties: { maxDeliveryCount: 20 } }", "    maxDeliveryCount: 20\n"},
		"a fraction":       {"queueOrders", "{ properties: { maxDeliveryCount: 1.5 } }", "    maxDeliveryCount: json('1.5')\n"},
		"a truth":          {"queueOrders", "{ properties: { enableExpress: !new true } }", "    enableExpress: true\n"},
		"a text":           {"queueOrders", `{ properties: { forwardTo: !new "${prefix}'" } }`, `    forwardTo: '\${prefix}\''` + "\n"},
		"a name":           {"queueOrders", "{ name: orders }", "  parent: serviceBus\n  name: 'orders'\n"},
		"a key that is no": {"queueOrders", `{ properties: { "a: b\n}": !new c } }`, `    'a: b\n}': 'c'` + "\n"},
		"a new mapping":    {"queueOrders", "{ x: !new { a: { b: [1, true, null, []] } } }", "  x: {\n    a: {\n      b: [\n        1\n        true\n        null\n        []\n      ]\n    }\n  }\n"},
		"a list":           {"storage", "{ sku: [a] }", "  sku: [\n    'a'\n  ]\n"},
		"a tag":            {"serviceBus", `{ tags: { "team/${x}": !new a } }`, "  tags: {\n    'isobar-app': 'shop'\n    'isobar-stage': stage\n    'team/\\${x}': 'a'\n  }\n"},
		"a tag less":       {"serviceBus", "{ tags: { isobar-app: null } }", "  tags: {\n    'isobar-stage': stage\n  }\n"},
		"deep within":      {"app", "{ properties: { functionAppConfig: { runtime: { version: '2.0' } } } }", "      runtime: {\n        name: 'custom'\n        version: '2.0'\n      }\n"},
	} {
		t.Run(name, func(t *testing.T) {
			got, problems := patched(t, c.resource, c.patch)
			if problems != "" || !strings.Contains(got, c.want) {
				t.Errorf("%s\ngot\n%s\nwant\n%s", problems, got, c.want)
			}
		})
	}
	before, _ := patched(t, "queueOrders", "{}")
	after, problems := patched(t, "queueOrders", "{ properties: { lockDuration: null } }")
	if line := "    lockDuration: 'PT3M'\n"; problems != "" || strings.Replace(before, line, "", 1) != after {
		t.Errorf("%s\ntaking away one line gives\n%s", problems, after)
	}
}

// A patch that would do nothing, or something else, fails at its line.
func TestOverlayFails(t *testing.T) {
	for name, c := range map[string]struct{ resource, patch, want string }{
		"a resource that is gone": {"queueOrder", "{ name: x }", `no resource "queueOrder" is generated (did you mean "queueOrders"?)`},
		"a key that is gone":      {"queueOrders", "{ propertys: { a: 1 } }", `"queueOrders.propertys" is not there (did you mean "properties"?)`},
		"one within":              {"queueOrders", "{ properties: { lock: PT1M } }", `"queueOrders.properties.lock" is not there`},
		"what is not new":         {"queueOrders", "{ properties: { lockDuration: !new PT1M } }", `"queueOrders.properties.lockDuration" is there already`},
		"no mapping":              {"queueOrders", "{ name: { a: 1 } }", `"queueOrders.name" is no mapping that could be changed`},
		"another file's resource": {"includeExtra", "{ name: x }", `no resource "includeExtra" is generated`},
	} {
		t.Run(name, func(t *testing.T) {
			if _, problems := patched(t, c.resource, c.patch); !strings.Contains(problems, c.want) || !strings.HasPrefix(problems, "isobar.yaml:5:") {
				t.Errorf("got\n%s\nwant\n%s", problems, c.want)
			}
		})
	}
}

// A resource is found by its name in whichever file it is.
func TestOverlayReachesModules(t *testing.T) {
	const settings = "{ overlay: { queueJobs2: { properties: { maxDeliveryCount: 77 } } } }"
	app := providertest.App(t, providertest.Spec(1000, map[string]string{"azure": settings}))
	files, diags := azure.New().Lower(app, app.Targets[0])
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	for path, source := range bicepFiles(files) {
		if strings.Contains(string(source), "maxDeliveryCount: 77\n") {
			if path == "main.bicep" || !strings.Contains(string(source), "resource queueJobs2 ") {
				t.Errorf("it is in %s", path)
			}
			return
		}
	}
	t.Error("it is nowhere")
}
