package azure_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/isobar-dev/isobar/providers/azure"
	"github.com/isobar-dev/isobar/providers/providertest"
)

// longest is a spec whose names are as long as they can be, and few are told apart by more than their ends.
const longest = `isobar: v1
name: a-name-of-twenty-xyz
functions:
  a-name-of-exactly-forty-nine-characters-in-all-xx: { handler: ./f.F, queue: another-name-of-forty-nine-characters-in-all-xxxx }
  a-name-of-exactly-forty-nine-characters-in-all-xy: { handler: ./f.F, schedule: "* * * * *" }
  a-name-of-exactly-forty-nine-characters-in-all-xz: { handler: ./f.F, topic: a-topic-of-exactly-forty-nine-characters-in-all-x }
  a-name-of-exactly-forty-nine-characters-in-all-yx: { handler: ./f.F, bucket: { name: a-bucket-of-exactly-forty-nine-characters-in-al-x, prefix: a/ } }
  a-name-of-exactly-forty-nine-characters-in-all-yz: { handler: ./f.F, bucket: { name: a-bucket-of-exactly-forty-nine-characters-in-al-x, prefix: b/ } }
  a-name-of-exactly-forty-nine-characters-in-all-yy: { handler: ./f.F, table: a-table-of-exactly-forty-nine-characters-in-all-x }
queues: { another-name-of-forty-nine-characters-in-all-xxxx: }
topics: { a-topic-of-exactly-forty-nine-characters-in-all-x: }
buckets: { a-bucket-of-exactly-forty-nine-characters-in-al-x: , a-bucket-of-exactly-forty-nine-characters-in-al-y: }
tables: { a-table-of-exactly-forty-nine-characters-in-all-x: { key: { id: string } } }
secrets: { a-secret-of-exactly-forty-nine-characters-in-al-x: }
workflows:
  a-workflow-of-exactly-forty-nine-characters-in-ax: { definition: x.asl.json }
  a-workflow-of-exactly-forty-nine-characters-in-ay: { definition: y.asl.json }
targets: { azure: }
`

// limits are how many characters names have, at least and at most.
// https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules
var limits = map[string][2]int{
	"Microsoft.Authorization/locks":                                 {1, 90},
	"Microsoft.DocumentDB/databaseAccounts":                         {3, 44},
	"Microsoft.DocumentDB/databaseAccounts/sqlDatabases":            {1, 255},
	"Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers": {1, 255},
	"Microsoft.EventGrid/systemTopics":                              {3, 50},
	"Microsoft.EventGrid/systemTopics/eventSubscriptions":           {3, 64},
	"Microsoft.Insights/components":                                 {1, 260},
	"Microsoft.Insights/metricAlerts":                               {1, 260},
	"Microsoft.KeyVault/vaults":                                     {3, 24},
	"Microsoft.KeyVault/vaults/secrets":                             {1, 127},
	"Microsoft.Logic/workflows":                                     {1, 43},
	"Microsoft.ManagedIdentity/userAssignedIdentities":              {3, 128},
	"Microsoft.OperationalInsights/workspaces":                      {4, 63},
	"Microsoft.ServiceBus/namespaces":                               {6, 50},
	"Microsoft.ServiceBus/namespaces/queues":                        {1, 260},
	"Microsoft.ServiceBus/namespaces/topics":                        {1, 260},
	"Microsoft.ServiceBus/namespaces/topics/subscriptions":          {1, 50},
	"Microsoft.ServiceBus/namespaces/topics/subscriptions/rules":    {1, 50},
	"Microsoft.Storage/storageAccounts":                             {3, 24},
	"Microsoft.Storage/storageAccounts/blobServices":                {3, 24},
	"Microsoft.Storage/storageAccounts/blobServices/containers":     {3, 63},
	"Microsoft.Storage/storageAccounts/managementPolicies":          {1, 24},
	"Microsoft.Web/serverfarms":                                     {1, 40},
	"Microsoft.Web/sites":                                           {2, 60},
	"Microsoft.Web/sites/basicPublishingCredentialsPolicies":        {1, 60},
	"Microsoft.Web/sites/config":                                    {2, 60},
}

var named = regexp.MustCompile(`(?m)^resource \w+ '([^@]*)@[^']*' = \{\n(?:  (?:parent|scope): (\w+)\n)?  name: (.*)$`)

// What does not fit into a name is cut, and stays distinct.
func TestNamesFit(t *testing.T) {
	if n := checkNames(t, longest, "a-name-of-twenty-xyz", "12345678"); n < 25 { // as long as a stage gets
		t.Errorf("saw %d names", n)
	}
}

// No name is too short, however short those of the spec are.
func TestShortNamesFit(t *testing.T) {
	const shortest = `isobar: v1
name: a
functions: { f: { handler: ./f.F, bucket: b }, g: { handler: ./f.G, task: true } }
buckets: { b: }
queues: { q: }
topics: { p: }
tables: { t: { key: { id: string } } }
secrets: { s: }
workflows: { w: { definition: w.asl.json } }
targets: { azure: }
`
	checkNames(t, shortest, "a", "d")
}

// checkNames wants the names that a spec's template gives to fit, and to differ. It tells how many there are.
func checkNames(t *testing.T, spec, app, stage string) int {
	t.Helper()
	plan := providertest.App(t, []byte(spec))
	for i := range plan.Workflows {
		w := &plan.Workflows[i]
		if diags := plan.Define(w, w.Definition.Value, []byte(`{ "StartAt": "S", "States": { "S": { "Type": "Succeed" } } }`)); diags.HasErrors() {
			t.Fatal(diags)
		}
	}
	files, diags := azure.New().Lower(plan, plan.Targets[0])
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	source, _ := files.Get("main.bicep")
	const unique = "abcdefghijklm" // as long as uniqueString is
	prefix := app + "-" + stage
	values := strings.NewReplacer("${prefix}", prefix, "${unique}", unique, "'", "", "prefix", prefix)
	seen := map[string]bool{}
	for _, m := range named.FindAllStringSubmatch(string(source), -1) {
		kind, name := m[1], values.Replace(m[3])
		if strings.HasPrefix(name, "guid(") {
			continue
		}
		limit, ok := limits[kind]
		if !ok || len(name) < limit[0] || len(name) > limit[1] {
			t.Errorf("%s %s has %d characters, of %d to %d", kind, name, len(name), limit[0], limit[1])
		}
		if key := kind + " " + m[2] + " " + name; seen[key] {
			t.Errorf("%s is there twice", key)
		} else {
			seen[key] = true
		}
	}
	return len(seen)
}

// The accounts of the host and of the buckets have 24 letters and digits at most, of which uniqueString takes 13.
func TestStorageAccountsAreTwo(t *testing.T) {
	for app, want := range map[string][2]string{
		"a":                    {"a${unique}", "a${unique}data"},
		"web-shop":             {"webshop${unique}", "webshop${unique}data"},
		"a-name-of-twenty-xyz": {"anameoftwen${unique}", "anameof${unique}data"},
	} {
		files := harness.Lower(t, []byte("isobar: v1\nname: "+app+"\nfunctions: { f: { handler: ./f.F, http: GET / } }\nbuckets: { b: }\ntargets: { azure: }\n"))
		source, _ := files.Get("main.bicep")
		for _, name := range want {
			if !strings.Contains(string(source), "  name: '"+name+"'\n") {
				t.Errorf("main.bicep of %s has no %s", app, name)
			}
		}
	}
}
