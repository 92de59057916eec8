package bicep_test

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/isobar-dev/isobar/internal/judge/bicep"
)

// accepted is the smallest file in which every kind of mistake below can be made.
const accepted = `param location string = resourceGroup().location

var name = 'st${uniqueString(resourceGroup().id)}'

resource storage 'Microsoft.Storage/storageAccounts@2025-01-01' = {
  name: take(name, 24)
  location: location
  kind: 'StorageV2'
  sku: {
    name: 'Standard_LRS'
  }
  properties: {
    accessTier: 'Hot'
    allowSharedKeyAccess: false
  }
}

resource blobs 'Microsoft.Storage/storageAccounts/blobServices@2025-01-01' = {
  parent: storage
  name: 'default'
}

resource topic 'Microsoft.EventGrid/systemTopics@2025-02-15' existing = {
  name: 'events'
}

resource events 'Microsoft.EventGrid/systemTopics/eventSubscriptions@2025-02-15' = {
  parent: topic
  name: 'events'
  properties: {
    destination: {
      endpointType: 'ServiceBusQueue'
      properties: {
        resourceId: empty(blobs.name) ? null : 'x'
      }
    }
  }
}

@description('A part of this.')
module part 'part.bicep' = {
  name: 'part'
  params: {
    words: [
      'a'
    ]
    count: json('1.5')
  }
  dependsOn: [
    blobs
  ]
}

output endpoint string = storage.properties.primaryEndpoints.blob

output done string = part.name
`

// module is the file that accepted deploys, and parameters one that sets what it leaves open.
const (
	module = `param words array

param count int = 1

@secure()
param key string = ''

output all object = {
  words: words
  count: count
  key: key
}
`
	parameters = `// What part.bicep leaves open.
using 'part.bicep'

param words = [
  'param x = 1'
]

param count = 2
`
)

func TestAcceptsWhatIsRight(t *testing.T) {
	if findings := judge(t, accepted); findings != nil {
		t.Errorf("found %q, want nothing", findings)
	}
}

func TestFindsWhatIsWrong(t *testing.T) {
	var b batch
	for _, tc := range []struct{ name, old, new, want string }{
		{"broken syntax", "properties: {", "properties: [", "syntax"},
		{"a string that does not end", "'default'", "'default", "syntax"},
		{"an unknown property", "allowSharedKeyAccess: false", "allowSharedKeys: false", "storage.properties.allowSharedKeys is not a property"},
		{"a property in the wrong case", "accessTier", "accesstier", "is not a property"},
		{"a missing property", "  kind: 'StorageV2'\n", "", "storage.kind is missing"},
		{"a missing property within another", "    name: 'Standard_LRS'\n", "", "storage.sku.name is missing"},
		{"a read-only property", "accessTier: 'Hot'", "primaryLocation: 'westeurope'", "storage.properties.primaryLocation is read-only"},
		{"a value that is not one of the listed", "'Hot'", "'Warm'", "storage.properties.accessTier is 'Warm', not 'Hot'"},
		{"a value of another type", "allowSharedKeyAccess: false", "allowSharedKeyAccess: 'false'", "storage.properties.allowSharedKeyAccess is 'false', not bool"},
		{"a name with letters that it may not have", "take(name, 24)", "'Storage'", "storage.name does not match"},
		{"a name that is too short", "take(name, 24)", "'st'", "storage.name has a wrong length"},
		{"a property twice", "accessTier: 'Hot'", "allowSharedKeyAccess: true", "is set twice"},
		{"an unknown resource type", "storageAccounts@", "storageAcounts@", "no type Microsoft.Storage/storageAcounts@2025-01-01"},
		{"an unknown API version", "storageAccounts@2025-01-01", "storageAccounts@1999-01-01", "no type"},
		{"a name that is not declared", "location: location", "location: region", "region is not declared"},
		{"a parameter that is not used", "location: location", "location: 'westeurope'", "parameter location is not used"},
		{"a variable that is not used", "take(name, 24)", "'storage'", "variable name is not used"},
		{"a name declared twice", "resource blobs", "resource storage", "storage is declared twice"},
		{"an address of one of Azure's clouds", "'default'", "'https://management.azure.com/'", "management.azure.com is another in another cloud"},
		{"an unknown function", "uniqueString", "unique", "no function unique"},
		{"a function with too few arguments", "take(name, 24)", "take(name)", "take takes 2 to 2 arguments"},
		{"a reference to an unknown property", "primaryEndpoints.blob", "primaryEndpoint.blob", "has no property primaryEndpoint"},
		{"a reference to what a variable does not have", "'st${uniqueString(resourceGroup().id)}'", "{\n  a: '${{ b: 1 }.c}'\n}.a", "object has no property c"},
		{"a child without a parent", "  parent: storage\n", "", "blobs has no parent"},
		{"a child with a wrong parent", "parent: storage", "parent: blobs", "the parent of blobs is"},
		{"none of several types", "'ServiceBusQueue'", "'Pigeon'", "events.properties.destination.endpointType is none that EventSubscriptionDestination has"},
		{"a property of another of several types", "resourceId:", "queueName:", "destination.properties.queueName is not a property of ServiceBusQueue"},
		{"a condition that is none", "empty(blobs.name) ?", "blobs.name ?", "'s condition is 'default', not bool"},
		{"a wrong one of two values", "? null :", "? 1 :", "resourceId is int, not string"},
		{"an existing resource that is not used", "  parent: topic\n", "", "resource topic is not used"},
		{"a module that is not there", "'part.bicep'", "'parts.bicep'", "no file parts.bicep"},
		{"a parameter that a module has not", "    words: [", "    word: [", "part.params.word is not a property of the parameters"},
		{"a parameter that a module lacks", "    words: [", "    count: [", "part.params.words is missing"},
		{"a parameter of a wrong type", "json('1.5')", "'1.5'", "part.params.count is '1.5', not int"},
		{"a property that no module has", "  params: {", "  parameters: {", "part.parameters is not a property of a module"},
		{"an unknown decorator", "@description('A part", "@describe('A part", "no decorator describe"},
		{"a decorator in a wrong place", "@description('A part of this.')", "@onlyIfNotExists()", "onlyIfNotExists does not stand above this"},
		{"a cycle", "resourceGroup().id", "storage.id", "cycle: name -> storage -> name"},
	} {
		if strings.Count(accepted, tc.old) == 0 {
			t.Fatalf("%q is not in the accepted file", tc.old)
		}
		b.add(tc.name, "main.bicep", strings.Replace(accepted, tc.old, tc.new, 1), tc.want)
	}
	b.judge(t)
}

func TestNamesThePlace(t *testing.T) {
	findings := judge(t, strings.Replace(accepted, "'Hot'", "'Warm'", 1))
	if len(findings) != 1 || !strings.Contains(findings[0], "main.bicep:13:17: ") {
		t.Errorf("found %q, want one finding at main.bicep:13:17", findings)
	}
}

func TestJudgesParameters(t *testing.T) {
	var b batch
	for _, tc := range []struct{ name, old, new, want string }{
		{"as they should be", "", "", ""},
		{"a parameter that the template has not", "count = ", "number = ", "number is no parameter of the template"},
		{"a value of another type", "= 2", "= 'two'", "count is 'two', not int"},
		{"a parameter twice", "param count = 2", "param words = []", "words is set twice"},
		{"a parameter that is not set", "param words = [\n  'param x = 1'\n]\n", "", "words is not set"},
		{"no template", "'part.bicep'", "'parts.bicep'", "it uses no template"},
		{"a declaration", "param count = 2", "output x int = 2", "a output_declaration is more than this judge knows"},
		{"broken syntax", "= 2", "= [", "syntax"},
	} {
		b.add(tc.name, "prod.bicepparam", strings.Replace(parameters, tc.old, tc.new, 1), tc.want)
	}
	b.judge(t)
}

// batch is files that are judged at once, as starting the judge takes a while.
type batch []struct{ name, file, source, want string }

func (b *batch) add(name, file, source, want string) {
	*b = append(*b, struct{ name, file, source, want string }{name, file, source, want})
}

// judge checks that in each file is found what is wanted, or nothing when that is empty.
func (b batch) judge(t *testing.T) {
	t.Helper()
	files := make([]string, len(b))
	for i, c := range b {
		files[i] = write(t, c.file, c.source)
	}
	findings := bicep.Findings(t, files...)
	for i, c := range b {
		t.Run(c.name, func(t *testing.T) {
			var found []string
			for _, f := range findings {
				if strings.HasPrefix(f, files[i]+":") {
					found = append(found, f)
				}
			}
			if !strings.Contains(strings.Join(found, "\n"), c.want) || (len(found) == 0) != (c.want == "") {
				t.Errorf("found %q, want %q", found, c.want)
			}
		})
	}
}

// judge returns what is found in a template with the source.
func judge(t *testing.T, source string) []string {
	t.Helper()
	return bicep.Findings(t, write(t, "main.bicep", source))
}

// write writes a file, beside which is the module, into a folder of its own.
func write(t *testing.T, name, source string) string {
	t.Helper()
	dir := t.TempDir()
	for name, source := range map[string]string{name: source, "part.bicep": module} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(source), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return filepath.Join(dir, name)
}

func TestAnAbsentJudgeIsNotOverlooked(t *testing.T) {
	judge(t, accepted) // with Node at hand
	for _, tc := range []struct{ required, want string }{
		{"", "skipped: NOT JUDGED: bicep is absent. To have it: npm ci --prefix internal/judge/bicep"},
		{"bicep", "failed: the judge bicep is required and absent: npm ci --prefix internal/judge/bicep"},
	} {
		t.Setenv("PATH", t.TempDir())
		t.Setenv("ISOBAR_JUDGES", tc.required)
		r := &recorder{TB: t}
		done := make(chan struct{})
		go func() {
			defer close(done)
			bicep.Check(r, "any.bicep")
		}()
		<-done
		if !strings.HasPrefix(r.end, tc.want) {
			t.Errorf("with ISOBAR_JUDGES=%q the test ended with %q, want %q", tc.required, r.end, tc.want)
		}
	}
}

// recorder is a test that keeps its end to itself.
type recorder struct {
	testing.TB
	end string
}

func (r *recorder) Helper() {}

func (r *recorder) Skipf(format string, args ...any) {
	r.end = "skipped: " + fmt.Sprintf(format, args...)
	runtime.Goexit()
}

func (r *recorder) Fatalf(format string, args ...any) {
	r.end = "failed: " + fmt.Sprintf(format, args...)
	runtime.Goexit()
}
