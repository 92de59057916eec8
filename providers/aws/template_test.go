package aws_test

import (
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"

	"github.com/isobar-dev/isobar/codegen/artifact"
	"github.com/isobar-dev/isobar/providers/providertest"
)

// templates reads every template of a tree, by path.
func templates(t *testing.T, files *artifact.Set) map[string]*yaml.Node {
	t.Helper()
	found := map[string]*yaml.Node{}
	for path, data := range files.All() {
		if !strings.HasSuffix(path, ".yaml") {
			continue
		}
		var doc yaml.Node
		if err := yaml.Unmarshal(data, &doc); err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		found[path] = doc.Content[0]
	}
	return found
}

// walk calls visit for a node and all below it.
func walk(n *yaml.Node, visit func(*yaml.Node)) {
	visit(n)
	for _, c := range n.Content {
		walk(c, visit)
	}
}

// get returns what stands below the keys; an empty node when nothing does.
func get(n *yaml.Node, keys ...string) *yaml.Node {
	for _, key := range keys {
		found := &yaml.Node{}
		for k, v := range entries(n) {
			if k == key {
				found = v
			}
		}
		n = found
	}
	return n
}

// entries yields the keys and values of a mapping, in order.
func entries(n *yaml.Node) func(yield func(string, *yaml.Node) bool) {
	return func(yield func(string, *yaml.Node) bool) {
		for i := 0; n.Kind == yaml.MappingNode && i+1 < len(n.Content); i += 2 {
			if !yield(n.Content[i].Value, n.Content[i+1]) {
				return
			}
		}
	}
}

// literals are the strings of all templates, those too that are joined. A tag of CloudFormation's makes a text a reference.
func literals(t *testing.T, files *artifact.Set) []string {
	t.Helper()
	var found []string
	for _, root := range templates(t, files) {
		walk(root, func(n *yaml.Node) {
			if n.Kind == yaml.ScalarNode && n.Tag == "!!str" {
				found = append(found, n.Value)
			}
			var joined strings.Builder
			if join := get(n, "Fn::Join"); len(join.Content) == 2 && join.Content[0].Value == "" {
				for _, piece := range join.Content[1].Content {
					joined.WriteString(piece.Value)
				}
				found = append(found, joined.String())
			}
		})
	}
	return found
}

// grants are the statements of all policies of roles: each action with each resource.
func grants(t *testing.T, files *artifact.Set) []providertest.Grant {
	t.Helper()
	var found []providertest.Grant
	for path, root := range templates(t, files) {
		for id, resource := range entries(get(root, "Resources")) {
			if get(resource, "Type").Value != "AWS::IAM::Role" {
				continue
			}
			for _, policy := range get(resource, "Properties", "Policies").Content {
				for _, statement := range get(policy, "PolicyDocument", "Statement").Content {
					on := get(statement, "Resource")
					if on.Kind != yaml.ScalarNode {
						t.Errorf("%s: %s: the resource of a statement is not one resource", path, id)
					}
					for _, action := range get(statement, "Action").Content {
						found = append(found, providertest.Grant{Action: action.Value, Resource: on.Value})
					}
				}
			}
		}
	}
	return found
}
