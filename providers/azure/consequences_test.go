package azure_test

import (
	"os"
	"strings"
	"testing"

	"github.com/isobar-dev/isobar/providers/azure"
)

// TestConsequencesAreOfProperties compares the table with Microsoft's types: a rule for a property that there is not would never be heard of.
func TestConsequencesAreOfProperties(t *testing.T) {
	for name, row := range azure.New().Consequences().Types {
		if !strings.HasPrefix(name, "Microsoft.") {
			continue
		}
		data, err := os.ReadFile("../../internal/judge/bicep/types/" + strings.ReplaceAll(name, "/", ".") + ".json")
		if os.IsNotExist(err) && !strings.Contains(name, "Logic") && !strings.Contains(name, "locks") {
			t.Logf("the types of %s are not here, so that its rules are NOT COMPARED", name)
			continue
		}
		var paths []string
		for path := range row.Rules {
			paths = append(paths, path)
		}
		for _, c := range row.Open {
			paths = append(paths, c.Path)
		}
		for _, path := range paths {
			last := path[strings.LastIndexByte(path, '.')+1:]
			ours := last == "dependsOn" || last == "apiVersion" || last == "symbol" || last == "tags" || last == "location"
			if !ours && len(data) > 0 && !strings.Contains(string(data), `"name":"`+last+`"`) {
				t.Errorf("%s has no property %s", name, path)
			}
		}
	}
}
