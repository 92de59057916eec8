package azure_test

import (
	"regexp"
	"strings"
	"testing"
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
targets: { azure: }
`

// limits are the longest names.
// https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules
var limits = map[string]int{
	"Microsoft.Authorization/locks":                                 90,
	"Microsoft.DocumentDB/databaseAccounts":                         44,
	"Microsoft.DocumentDB/databaseAccounts/sqlDatabases":            255,
	"Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers": 255,
	"Microsoft.EventGrid/systemTopics":                              50,
	"Microsoft.EventGrid/systemTopics/eventSubscriptions":           64,
	"Microsoft.Insights/components":                                 260,
	"Microsoft.Insights/metricAlerts":                               260,
	"Microsoft.KeyVault/vaults":                                     24,
	"Microsoft.KeyVault/vaults/secrets":                             127,
	"Microsoft.ManagedIdentity/userAssignedIdentities":              128,
	"Microsoft.OperationalInsights/workspaces":                      63,
	"Microsoft.ServiceBus/namespaces":                               50,
	"Microsoft.ServiceBus/namespaces/queues":                        260,
	"Microsoft.ServiceBus/namespaces/topics":                        260,
	"Microsoft.ServiceBus/namespaces/topics/subscriptions":          50,
	"Microsoft.ServiceBus/namespaces/topics/subscriptions/rules":    50,
	"Microsoft.Storage/storageAccounts":                             24,
	"Microsoft.Storage/storageAccounts/blobServices":                24,
	"Microsoft.Storage/storageAccounts/blobServices/containers":     63,
	"Microsoft.Storage/storageAccounts/managementPolicies":          24,
	"Microsoft.Web/serverfarms":                                     40,
	"Microsoft.Web/sites":                                           60,
	"Microsoft.Web/sites/config":                                    60,
}

var named = regexp.MustCompile(`(?m)^resource \w+ '([^@]*)@[^']*' = \{\n(?:  (?:parent|scope): (\w+)\n)?  name: (.*)$`)

// What does not fit into a name is cut, and stays distinct.
func TestNamesFit(t *testing.T) {
	source, _ := harness.Lower(t, []byte(longest)).Get("main.bicep")
	const stage, unique = "12345678", "abcdefghijklm" // as long as a stage gets, and as long as uniqueString is
	values := strings.NewReplacer("${prefix}", "a-name-of-twenty-xyz-"+stage, "${unique}", unique, "'", "", "prefix", "a-name-of-twenty-xyz-"+stage)
	seen := map[string]bool{}
	for _, m := range named.FindAllStringSubmatch(string(source), -1) {
		kind, name := m[1], values.Replace(m[3])
		if strings.HasPrefix(name, "guid(") {
			continue
		}
		limit, ok := limits[kind]
		if !ok || len(name) > limit {
			t.Errorf("%s %s has %d characters, of %d", kind, name, len(name), limit)
		}
		if key := kind + " " + m[2] + " " + name; seen[key] {
			t.Errorf("%s is there twice", key)
		} else {
			seen[key] = true
		}
	}
	if len(seen) < 25 {
		t.Errorf("saw %d names", len(seen))
	}
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
