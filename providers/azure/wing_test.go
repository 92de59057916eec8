package azure_test

import (
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/isobar-dev/isobar/codegen/artifact"
	"github.com/isobar-dev/isobar/providers"
	"github.com/isobar-dev/isobar/providers/azure"
	"github.com/isobar-dev/isobar/providers/azure/internal/bicep/biceptest"
	"github.com/isobar-dev/isobar/providers/providertest"
	"github.com/isobar-dev/isobar/spec/diag"
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

// Words that nothing with a host name may have in its name are refused: nothing could be made of them.
func TestReservedNames(t *testing.T) {
	harness.Reserved(t, map[string]string{
		"name: login\n":                                   `isobar.yaml:2:7: error ISO0401: the name of app "login", login, is reserved on azure`,
		"name: log-ingest\n":                              `isobar.yaml:2:7: error ISO0401: the name of app "log-ingest", log-ingest, is reserved on azure`, // loging… of storage
		"name: my-windows\n":                              `isobar.yaml:2:7: error ISO0401: the name of app "my-windows", my-windows, has "windows" in it, which is reserved on azure`,
		"name: shop\nstages: { windows: }\n":              `isobar.yaml:3:11: error ISO0401: the name of stage "windows", windows, has "windows" in it, which is reserved on azure`,
		"name: my-login\nqueues: { microsoft-orders: }\n": "",
	})
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
		{"an item as it was", "functions: { f: { handler: ./f.F, table: { name: t, old: true } } }\ntables: { t: { key: { id: string } } }\n", "cannot be had on azure: its change feed has no item as it was before"},
		{"a deleted item", "functions: { f: { handler: ./f.F, table: { name: t, on: [deleted] } } }\ntables: { t: { key: { id: string } } }\n", "cannot be had on azure: its change feed tells of no deletes"},
		{"a delay", "functions: { f: { handler: ./f.F, queue: q } }\nqueues: { q: { delay: 5m } }\n", "cannot be had on azure: a delay is for the sender of each message to ask for"},
		{"one attempt at a tick", "functions: { f: { handler: ./f.F, schedule: \"* * * * *\", retry: { attempts: 1 } } }\n", "1, is less than azure has: 2 at least"},
		{"a secret for two variables", "functions:\n  f: { handler: ./f.F, http: GET /, secrets: { X: one } }\n  g: { handler: ./f.G, queue: q, secrets: { X: two } }\nqueues: { q: }\nsecrets: { one: , two: }\n", "environment variables are shared by all functions of the app"},
		{"a setting of a connection", "functions: { f: { handler: ./f.F, http: GET /, env: { COSMOS__accountEndpoint: x } } }\n", "COSMOS__accountEndpoint, is reserved on azure"},
		{"a request that takes long", "functions: { f: { handler: ./f.F, http: GET /, timeout: 4m } }\n", "4m, is more than azure has: 3m50s at most"},
		{"too much memory", "functions: { f: { handler: ./f.F, http: GET /, memory: 5GiB } }\n", "5GiB, is more than azure has: 4GiB at most"},
		{"too short a lock", "functions: { f: { handler: ./f.F, queue: q, timeout: 2s } }\nqueues: { q: { visibility: 3s } }\n", "3s, is less than azure has: 5s at least"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			app := providertest.App(t, []byte("isobar: v1\nname: a\n"+tc.functions+"targets: { azure: }\n"))
			targets, _ := providers.Select(app, []providers.Provider{azure.New()}, nil)
			trees, diags := providers.Generate(app, targets)
			diags = slices.DeleteFunc(diags, func(d diag.Diagnostic) bool { return d.Severity != diag.Error })
			if trees != nil || len(diags) != 1 || !strings.Contains(diags.String(), tc.want) {
				t.Errorf("got %v and\n%swant %q", trees, diags, tc.want)
			}
		})
	}
}

// literals are the strings of all templates and files of parameters.
func literals(t *testing.T, files *artifact.Set) []string {
	t.Helper()
	var all []string
	for path, source := range bicepFiles(files) {
		found, err := biceptest.Literals(source)
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		all = append(all, found...)
	}
	return all
}

// bicepFiles are the templates and files of parameters.
func bicepFiles(files *artifact.Set) map[string][]byte {
	found := map[string][]byte{}
	for p, source := range files.All() {
		if ext := path.Ext(p); ext == ".bicep" || ext == ".bicepparam" {
			found[p] = source
		}
	}
	return found
}

var (
	roleAssignment   = regexp.MustCompile(`(?s)'Microsoft.Authorization/roleAssignments@[^']*' = \{\n  scope: (\w+)\n.*?roleDefinitionId: roles\.(\w+)\n`)
	cosmosAssignment = regexp.MustCompile(`(?s)'Microsoft.DocumentDB/databaseAccounts/sqlRoleAssignments@[^']*' = \{\n.*?/\$\{roles\.(\w+)\}'\n    scope: '([^\n]*)'\n`)
	roleID           = regexp.MustCompile(`(?m)^  (\w+): .*'([0-9a-f-]{36})'\)?$`)
)

// titles are what Azure calls the roles that its page lists by these IDs.
// https://learn.microsoft.com/azure/role-based-access-control/built-in-roles
// https://learn.microsoft.com/azure/cosmos-db/reference-data-plane-security#built-in-roles
var titles = map[string]string{
	"b7e6dc6d-f1e8-4753-8033-0f276bb0955b": "Storage Blob Data Owner",
	"2a2b9908-6ea1-4ae2-8e65-a410df84e7d1": "Storage Blob Data Reader",
	"ba92f5b4-2d11-453d-a403-e96b0029c9fe": "Storage Blob Data Contributor",
	"3913510d-42f4-4e42-8a64-420c390055eb": "Monitoring Metrics Publisher",
	"4f6d3b9b-027b-4f4c-9142-0e5a2a2247e0": "Azure Service Bus Data Receiver",
	"69a216fc-b8fb-44d8-bc22-1f3c2cd27a39": "Azure Service Bus Data Sender",
	"4633458b-17de-408a-b874-0445c86b69e6": "Key Vault Secrets User",
	"00000000-0000-0000-0000-000000000001": "Cosmos DB Built-in Data Reader",
	"00000000-0000-0000-0000-000000000002": "Cosmos DB Built-in Data Contributor",
}

// grants are the role assignments of all templates: the role, and the resource that is its scope.
func grants(t *testing.T, files *artifact.Set) []providertest.Grant {
	t.Helper()
	var all []providertest.Grant
	for p, source := range bicepFiles(files) {
		ids := map[string]string{}
		for _, m := range roleID.FindAllStringSubmatch(string(source), -1) {
			ids[m[1]] = m[2]
		}
		var found []providertest.Grant
		grant := func(role, resource string) {
			title, ok := titles[ids[role]]
			if !ok {
				t.Errorf("%s: the role %s is none that Azure lists", p, role)
			}
			found = append(found, providertest.Grant{Action: title, Resource: resource})
		}
		for _, m := range roleAssignment.FindAllStringSubmatch(string(source), -1) {
			grant(m[2], m[1])
		}
		for _, m := range cosmosAssignment.FindAllStringSubmatch(string(source), -1) {
			grant(m[1], m[2])
		}
		if assignments := strings.Count(string(source), "oleAssignments@"); len(found) != assignments {
			t.Errorf("%s: %d of %d role assignments name their scope and role", p, len(found), assignments)
		}
		all = append(all, found...)
	}
	return all
}
