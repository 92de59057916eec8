package azure_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/isobar-dev/isobar/codegen/artifact"
	"github.com/isobar-dev/isobar/providers"
	"github.com/isobar-dev/isobar/providers/azure"
	"github.com/isobar-dev/isobar/providers/azure/internal/bicep/biceptest"
	"github.com/isobar-dev/isobar/providers/providertest"
)

var harness = providertest.Harness{
	Wing:     azure.New(),
	Settings: "{ location: westeurope }",
	Literals: literals,
	Grants:   grants,
}

func TestWing(t *testing.T) { providertest.Run(t, harness) }

func BenchmarkLower(b *testing.B) { providertest.Benchmark(b, harness) }

// Each archive in testdata holds a spec and the files that it becomes.
func TestGoldens(t *testing.T) { providertest.Goldens(t, harness) }

func TestSettings(t *testing.T) {
	const spec = "isobar: v1\nname: a\nfunctions: { f: { handler: ./f.F, http: GET / } }\ntargets: { azure: { location: %s } }\n"
	for _, tc := range []struct{ location, want string }{
		{"westeurope", ""},
		{"eastus2", ""},
		{"West Europe", "isobar.yaml:4:31: error ISO0206"},
		{"[eu]", "isobar.yaml:4:31: error ISO0204"},
	} {
		app := providertest.App(t, []byte(strings.Replace(spec, "%s", tc.location, 1)))
		files, diags := azure.New().Lower(app, app.Targets[0])
		if !strings.HasPrefix(diags.String(), tc.want) || (files == nil) != (tc.want != "") {
			t.Errorf("location %s gives %q and files %v, want %q", tc.location, diags, files, tc.want)
		}
	}
}

// A storage account's name has 24 letters and digits at most, of which uniqueString takes 13.
func TestStorageAccountNamesFit(t *testing.T) {
	for app, want := range map[string]string{
		"a":                    "  name: 'a${unique}'\n",
		"web-shop":             "  name: 'webshop${unique}'\n",
		"a-name-of-twenty-xyz": "  name: 'anameoftwen${unique}'\n",
	} {
		files := harness.Lower(t, []byte("isobar: v1\nname: "+app+"\nfunctions: { f: { handler: ./f.F, http: GET / } }\ntargets: { azure: }\n"))
		if source, _ := files.Get("main.bicep"); !strings.Contains(string(source), want) {
			t.Errorf("main.bicep of %s has no %q", app, want)
		}
	}
}

// What one cloud process for all functions cannot keep apart is refused before anything is written.
func TestRefusals(t *testing.T) {
	for _, tc := range []struct{ name, functions, want string }{
		{
			"a function on the path of requests", "basePath: /Work\nfunctions: { work: { handler: ./f.F, queue: q } }\nqueues: { q: }\n",
			`the name of function "work", work, is also where HTTP requests come in, and on azure that would let a stranger forge its events`,
		},
		{
			"a path of the host", "basePath: /admin/v1\nfunctions: { f: { handler: ./f.F, http: GET / } }\n",
			`the first segment of the base path of app "a", admin, is reserved on azure`,
		},
		{
			"two values of one variable", "functions:\n  f: { handler: ./f.F, http: GET /, env: { X: one } }\n  g: { handler: ./f.G, queue: q, env: { X: two } }\nqueues: { q: }\n",
			"the environment variable of function \"g\", X, has another value or spelling elsewhere, and on azure environment variables are shared by all functions of the app",
		},
		{
			"a variable of the host", "functions: { f: { handler: ./f.F, http: GET /, env: { AzureWebJobsStorage: x } } }\n",
			"AzureWebJobsStorage, is reserved on azure",
		},
		{
			"a reference to a vault", "functions: { f: { handler: ./f.F, http: GET /, env: { X: \"@Microsoft.KeyVault(SecretUri=x)\" } } }\n",
			"has \"@Microsoft.KeyVault(\" in it, which azure would read as code",
		},
		{
			"a time zone", "functions: { f: { handler: ./f.F, schedule: { cron: 0 2 * * *, timezone: Europe/Berlin } } }\n",
			"Europe/Berlin, cannot be had on azure: it has UTC, Etc/UTC only",
		},
		{"too much memory", "functions: { f: { handler: ./f.F, http: GET /, memory: 5GiB } }\n", "5GiB, is more than azure has: 4GiB at most"},
		{"too short a lock", "functions: { f: { handler: ./f.F, queue: q, timeout: 2s } }\nqueues: { q: { visibility: 3s } }\n", "3s, is less than azure has: 5s at least"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			app := providertest.App(t, []byte("isobar: v1\nname: a\n"+tc.functions+"targets: { azure: }\n"))
			targets, _ := providers.Select(app, []providers.Provider{azure.New()}, nil)
			trees, diags := providers.Generate(app, targets)
			if trees != nil || len(diags) != 1 || !strings.Contains(diags.String(), tc.want) {
				t.Errorf("got %v and\n%swant %q", trees, diags, tc.want)
			}
		})
	}
}

// literals are the strings of main.bicep.
func literals(t *testing.T, files *artifact.Set) []string {
	t.Helper()
	source, _ := files.Get("main.bicep")
	found, err := biceptest.Literals(source)
	if err != nil {
		t.Fatalf("main.bicep: %v", err)
	}
	return found
}

var roleAssignment = regexp.MustCompile(`(?s)'Microsoft.Authorization/roleAssignments@[^']*' = \{\n  scope: (\w+)\n.*?roleDefinitionId: (\S+)\n`)

// grants are the role assignments of main.bicep: the role, and the resource that is its scope.
func grants(t *testing.T, files *artifact.Set) []providertest.Grant {
	t.Helper()
	source, _ := files.Get("main.bicep")
	var found []providertest.Grant
	for _, m := range roleAssignment.FindAllStringSubmatch(string(source), -1) {
		found = append(found, providertest.Grant{Action: m[2], Resource: m[1]})
	}
	if assignments := strings.Count(string(source), "'Microsoft.Authorization/roleAssignments@"); len(found) != assignments {
		t.Errorf("%d of %d role assignments name their scope first", len(found), assignments)
	}
	return found
}
