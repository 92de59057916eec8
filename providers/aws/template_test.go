package aws_test

import (
	"encoding/json"
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

// literals are the strings of all templates, those too that are joined, and the values of parameters. A tag of CloudFormation's makes a
// text a reference.
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
	for path, data := range files.All() {
		if !strings.HasSuffix(path, ".json") {
			continue
		}
		var values []struct{ ParameterKey, ParameterValue string }
		if err := json.Unmarshal(data, &values); err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		for _, v := range values {
			found = append(found, v.ParameterValue)
		}
	}
	return found
}

// grants are what the policies of roles and of queues allow, each action with each resource, and who may invoke functions.
func grants(t *testing.T, files *artifact.Set) []providertest.Grant {
	t.Helper()
	var found []providertest.Grant
	for path, root := range templates(t, files) {
		for id, resource := range entries(get(root, "Resources")) {
			for _, statement := range statements(resource) {
				on := get(statement, "Resource")
				if on.Kind != yaml.ScalarNode {
					t.Errorf("%s: %s: the resource of a statement is not one resource", path, id)
				}
				for _, action := range get(statement, "Action").Content {
					found = append(found, providertest.Grant{Action: action.Value, Resource: on.Value})
				}
			}
			if get(resource, "Type").Value == "AWS::Lambda::Permission" {
				p := get(resource, "Properties")
				found = append(found, providertest.Grant{Action: get(p, "Action").Value, Resource: get(p, "FunctionName").Value})
			}
		}
	}
	return found
}

// statements are those of all policies of a role or of queues. The policy of a bucket is not among them, as it only denies.
func statements(resource *yaml.Node) []*yaml.Node {
	switch properties := get(resource, "Properties"); get(resource, "Type").Value {
	case "AWS::IAM::Role":
		var all []*yaml.Node
		for _, policy := range get(properties, "Policies").Content {
			all = append(all, get(policy, "PolicyDocument", "Statement").Content...)
		}
		return all
	case "AWS::SQS::QueuePolicy":
		return get(properties, "PolicyDocument", "Statement").Content
	}
	return nil
}
