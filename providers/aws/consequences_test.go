package aws_test

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/isobar-dev/isobar/codegen/change"
	"github.com/isobar-dev/isobar/providers/aws"
)

// TestReplacements compares the table with CloudFormation's own schemas: what only a creation can set has a replacement, and nothing else
// has. A rule for a property that there is not would never be heard of.
func TestReplacements(t *testing.T) {
	data, err := os.ReadFile("testdata/schemas/create-only.json")
	if err != nil {
		t.Fatal(err)
	}
	var schemas map[string]struct{ CreateOnly, Conditional, Properties []string }
	if err := json.Unmarshal(data, &schemas); err != nil {
		t.Fatal(err)
	}
	// Of these the schema does not say it, but the property's page does.
	pages := []string{"AWS::DynamoDB::Table AttributeDefinitions"}
	for name, row := range aws.New().Consequences().Types {
		if !strings.HasPrefix(name, "AWS::") {
			continue
		}
		schema, ok := schemas[name]
		if !ok {
			t.Errorf("%s has no schema", name)
			continue
		}
		for _, p := range schema.CreateOnly {
			if row.Rules[p].Effect != change.Replaced {
				t.Errorf("%s of %s is set by a creation alone, and has no replacement", p, name)
			}
		}
		for p, rule := range row.Rules {
			first, _, _ := strings.Cut(p, ".")
			if !slices.Contains(schema.Properties, first) && !slices.Contains([]string{"DependsOn", "Tags", "DeletionPolicy", "UpdateReplacePolicy"}, first) {
				t.Errorf("%s has no property %s", name, p)
			}
			if rule.Effect == change.Replaced && !slices.Contains(schema.CreateOnly, p) && !slices.Contains(schema.Conditional, p) && !slices.Contains(pages, name+" "+p) {
				t.Errorf("%s of %s can be updated, and has a replacement", p, name)
			}
		}
		for _, c := range slices.Concat(row.Open, row.Protected) {
			if first, _, _ := strings.Cut(c.Path, "."); !slices.Contains(schema.Properties, first) {
				t.Errorf("%s has no property %s", name, c.Path)
			}
		}
		if row.Fixed != "" && !slices.Contains(schema.CreateOnly, row.Fixed) {
			t.Errorf("the name %s of %s can be changed", row.Fixed, name)
		}
	}
}
