package azure_test

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/isobar-dev/isobar/codegen/artifact"
	"github.com/isobar-dev/isobar/providers/providertest"
)

// What Azure takes: https://learn.microsoft.com/azure/azure-resource-manager/templates/best-practices#template-limits
const (
	mostResources = 800
	mostBytes     = 4 << 20 // of a template with all of its modules
	mostModule    = 1 << 20 // of one module, which is a resource of the template
)

func sized(n int) []byte { return providertest.Spec(n, map[string]string{"azure": "{}"}) }

// shaped is a spec of many of one thing.
func shaped(n int, function, section, resource string) []byte {
	var functions, resources strings.Builder
	for i := range n {
		fmt.Fprintf(&functions, strings.ReplaceAll(function, "%d", "%[1]d"), i)
		if resource != "" {
			fmt.Fprintf(&resources, strings.ReplaceAll(resource, "%d", "%[1]d"), i)
		}
	}
	if resource == "" {
		resources.WriteString("  one:\n")
	}
	return fmt.Appendf(nil, "isobar: v1\nname: a\nfunctions:\n%s%s:\n%stargets: { azure: }\n", functions.String(), section, resources.String())
}

func TestEveryTemplateIsWithinLimits(t *testing.T) {
	for name, tc := range map[string]struct {
		source []byte
		split  bool
	}{
		"ten functions": {sized(10), false},
		"a thousand":    {sized(1000), true},
		"queues":        {shaped(1500, "  f%d: { handler: ./f.F, queue: q%d }\n", "queues", "  q%d:\n"), true},
		"one topic":     {shaped(199, "  f%d: { handler: ./f.F, topic: one, access: { one: publish } }\n", "topics", ""), true},
		"one bucket":    {shaped(74, "  f%d: { handler: ./f.F, bucket: { name: one, prefix: p%d/ }, access: { one: [read, write] } }\n  g%d: { handler: ./f.F, bucket: { name: one, prefix: p%d/, on: [deleted] } }\n", "buckets", ""), true},
		"tables":        {shaped(498, "  f%d: { handler: ./f.F, table: t%d, access: { t%d: [read, write] } }\n", "tables", "  t%d: { key: { id: string } }\n"), true},
		"schedules":     {shaped(1499, "  f%d: { handler: ./f.F, schedule: \"* * * * *\" }\n", "queues", ""), true},
	} {
		t.Run(name, func(t *testing.T) {
			files := bicepFiles(harness.Lower(t, tc.source))
			if split := len(files) > 1; split != tc.split {
				t.Errorf("%d templates, split should be %t", len(files), tc.split)
			}
			all := 0
			for path, data := range files {
				if n := len(declaration.FindAll(data, -1)); n > mostResources {
					t.Errorf("%s has %d resources", path, n)
				}
				if len(data) > mostModule {
					t.Errorf("%s has %d bytes", path, len(data))
				}
				all += len(data)
			}
			// What is sent is JSON, with names in full where Bicep has symbols. There is no compiler here to measure it: it is taken to be
			// three times as long.
			if 3*all > mostBytes {
				t.Errorf("%d bytes in all", all)
			}
		})
	}
}

// Where a resource is depends on its name alone, so that a review of what a new function changes shows that function.
func TestAddingAFunctionMovesNoOther(t *testing.T) {
	before := places(harness.Lower(t, sized(1000)))
	added := places(harness.Lower(t, bytes.Replace(bytes.Replace(sized(1000), []byte("functions:\n"), []byte("functions:\n  added: { handler: ./a.A, queue: added }\n"), 1), []byte("queues:\n"), []byte("queues:\n  added:\n"), 1)))
	for name, place := range before {
		if added[name] != place {
			t.Errorf("%s moved from %s to %q", name, place, added[name])
		}
	}
	if len(before) < 2000 || len(added) != len(before)+2 {
		t.Errorf("%d resources before, %d after", len(before), len(added))
	}
}

// What belongs to a resource is the same in a module.
func TestAResourceIsTheSameInAModule(t *testing.T) {
	single, split := bicepFiles(harness.Lower(t, sized(20))), bicepFiles(harness.Lower(t, sized(1000)))
	var modules []byte
	for path, data := range split {
		if path != "main.bicep" {
			modules = append(modules, data...)
		}
	}
	for _, begin := range []string{"// Queue jobs-2,", "// What hear-5 gets", "// What look-6 gets", "// Table things-7.", "// What tick-8 has failed"} {
		_, rest, found := strings.Cut(string(single["main.bicep"]), begin)
		block, _, _ := strings.Cut(rest, "\n\n//")
		if !found || !bytes.Contains(modules, []byte(begin+block)) {
			t.Errorf("%s is not the same in a module:\n%s", begin, block)
		}
	}
}

var declaration = regexp.MustCompile(`(?m)^(?:resource|module) (\w+) '[^']*' = `)

// places are the files in which resources are made, modules left out.
func places(files *artifact.Set) map[string]string {
	found := map[string]string{}
	for path, data := range bicepFiles(files) {
		for _, m := range declaration.FindAllStringSubmatch(string(data), -1) {
			if !strings.HasPrefix(m[1], "part") {
				found[m[1]] = path
			}
		}
	}
	return found
}
