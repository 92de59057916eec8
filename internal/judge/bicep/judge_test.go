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

output endpoint string = storage.properties.primaryEndpoints.blob
`

func TestAcceptsWhatIsRight(t *testing.T) {
	if findings := judge(t, accepted); findings != nil {
		t.Errorf("found %q, want nothing", findings)
	}
}

func TestFindsWhatIsWrong(t *testing.T) {
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
		{"an unknown function", "uniqueString", "unique", "no function unique"},
		{"a function with too few arguments", "take(name, 24)", "take(name)", "take takes 2 to 2 arguments"},
		{"a reference to an unknown property", "primaryEndpoints.blob", "primaryEndpoint.blob", "has no property primaryEndpoint"},
		{"a reference to what a variable does not have", "'st${uniqueString(resourceGroup().id)}'", "{\n  a: '${{ b: 1 }.c}'\n}.a", "object has no property c"},
		{"a child without a parent", "  parent: storage\n", "", "blobs has no parent"},
		{"a child with a wrong parent", "parent: storage", "parent: blobs", "the parent of blobs is"},
		{"a cycle", "resourceGroup().id", "storage.id", "cycle: name -> storage -> name"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if strings.Count(accepted, tc.old) == 0 {
				t.Fatalf("%q is not in the accepted file", tc.old)
			}
			findings := judge(t, strings.Replace(accepted, tc.old, tc.new, 1))
			if !strings.Contains(strings.Join(findings, "\n"), tc.want) {
				t.Errorf("found %q, want %q", findings, tc.want)
			}
		})
	}
}

func TestNamesThePlace(t *testing.T) {
	findings := judge(t, strings.Replace(accepted, "'Hot'", "'Warm'", 1))
	if len(findings) != 1 || !strings.Contains(findings[0], "main.bicep:13:17: ") {
		t.Errorf("found %q, want one finding at main.bicep:13:17", findings)
	}
}

// judge returns what is found in a file with the source.
func judge(t *testing.T, source string) []string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "main.bicep")
	if err := os.WriteFile(path, []byte(source), 0o600); err != nil {
		t.Fatal(err)
	}
	return bicep.Findings(t, path)
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
