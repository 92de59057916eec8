package aws_test

import (
	"encoding/json"
	"maps"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"

	"github.com/isobar-dev/isobar/providers/providertest"
)

// limit is what the API behind a resource takes of a value: so many characters, or a number in a range, and of a form.
type limit struct {
	Min, Max *int
	Pattern  string
}

// broken says what of a limit a value breaks.
func (l limit) broken(n *yaml.Node, text string) string {
	size, err := strconv.Atoi(text)
	if n.Tag != "!!int" || err != nil {
		size = utf8.RuneCountInString(text)
	}
	switch {
	case l.Min != nil && size < *l.Min:
		return "is less than " + strconv.Itoa(*l.Min)
	case l.Max != nil && size > *l.Max:
		return "is more than " + strconv.Itoa(*l.Max)
	case l.Pattern != "" && !regexp.MustCompile(`^(?:`+l.Pattern+`)$`).MatchString(text):
		return "is not like " + l.Pattern
	}
	return ""
}

// The schemas of resources, and the judges that read them, know little of how long names are; a deployment meets what the APIs take.
func TestLimits(t *testing.T) {
	data, err := os.ReadFile("testdata/schemas/limits.json")
	if err != nil {
		t.Fatal(err)
	}
	var limits map[string]map[string]limit
	if err := json.Unmarshal(data, &limits); err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for name, tree := range providertest.Trees(t, harness, extremes) {
		for path, root := range templates(t, tree) {
			for id, resource := range entries(get(root, "Resources")) {
				kind := get(resource, "Type").Value
				for property, l := range limits[kind] {
					for n, text := range values(get(resource, "Properties"), strings.Split(property, ".")) {
						seen[kind+" "+property] = true
						if why := l.broken(n, text); why != "" {
							t.Errorf("%s/%s: %s of %s, %q, %s", name, path, property, id, text, why)
						}
					}
				}
			}
		}
	}
	for kind, properties := range limits {
		for property := range maps.Keys(properties) {
			if !seen[kind+" "+property] && kind != "AWS::StepFunctions::StateMachine" { // whose only example is the shop's
				t.Errorf("no %s has a %s", kind, property)
			}
		}
	}
}

func TestLimitsCanFail(t *testing.T) {
	var doc yaml.Node
	const resource = "{ S: { Names: [short, !Sub '${Stage}-long', !Ref Other], Count: 7 } }"
	if err := yaml.Unmarshal([]byte(resource), &doc); err != nil {
		t.Fatal(err)
	}
	six, ten := 6, 10
	for path, want := range map[string]string{"S.Names": "short is less than 6, staging8-long is more than 10", "S.Count": ""} {
		var got []string
		for n, text := range values(doc.Content[0], strings.Split(path, ".")) {
			if why := (limit{Min: &six, Max: &ten}).broken(n, text); why != "" && !slices.Contains(got, text+" "+why) {
				got = append(got, text+" "+why)
			}
		}
		if all := strings.Join(got, ", "); all != want {
			t.Errorf("of %s %q, want %q", path, all, want)
		}
	}
}

// values yields the texts behind a path through mappings and lists, once for the shortest stage and once for the longest. The names of a
// mapping are its texts. What refers to another resource has none.
func values(n *yaml.Node, path []string) func(yield func(*yaml.Node, string) bool) {
	return func(yield func(*yaml.Node, string) bool) {
		for _, n := range behind([]*yaml.Node{n}, path) {
			for k, v := range entries(n) {
				if !strings.HasPrefix(k, "Fn::") && !yield(v, k) {
					return
				}
			}
			for _, stage := range []string{"p", "staging8"} {
				if text, ok := resolved(n, stage); ok && !yield(n, text) {
					return
				}
			}
		}
	}
}

// behind are the nodes behind a path, those of all items of the lists on it.
func behind(at []*yaml.Node, path []string) []*yaml.Node {
	var items []*yaml.Node
	for _, n := range at {
		if n.Kind == yaml.SequenceNode {
			items = append(items, n.Content...)
		} else {
			items = append(items, n)
		}
	}
	if len(path) == 0 {
		return items
	}
	for i := range items {
		items[i] = get(items[i], path[0])
	}
	return behind(items, path[1:])
}

// resolved is a text as a deployment has it, if that can be told.
func resolved(n *yaml.Node, stage string) (string, bool) {
	text := strings.NewReplacer("${Stage}", stage, "${AWS::AccountId}", "123456789012").Replace(n.Value)
	switch {
	case n.Kind != yaml.ScalarNode:
		return "", false
	case n.Tag == "!Sub":
		return text, !strings.Contains(text, "${")
	}
	return n.Value, strings.HasPrefix(n.Tag, "!!")
}
