package aws_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/isobar-dev/isobar/codegen/artifact"
	"github.com/isobar-dev/isobar/providers/aws"
	"github.com/isobar-dev/isobar/providers/providertest"
)

// What CloudFormation takes: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
const (
	mostResources  = 500
	mostParameters = 200
	mostOutputs    = 200
	mostBytes      = 1_000_000
)

func TestEveryTemplateIsWithinLimits(t *testing.T) {
	for name, tc := range map[string]struct {
		source []byte
		nested bool
	}{
		"ten functions":      {sized(10), false},
		"a thousand":         {sized(1000), true},
		"queues alone":       {source("", repeat(400, "  q%d:\n")), true},
		"a few huge queues":  {source("", repeat(90, "  q%d:\n")), false},
		"control characters": {wordy(45, strings.Repeat(`\u0001`, 3000)), true},
		"many references":    {wordy(45, strings.Repeat("${", 1500)), true},
		"a topic for all":    {source(repeat(100, "  s%d: { handler: ./s.S, topic: t }\n"), "topics: { t: }\n"), true},
		"a full bucket":      {source(repeat(30, "  s%d: { handler: ./s.S, bucket: { name: b, prefix: p%[1]d/ } }\n")+repeat(30, "  d%d: { handler: ./s.S, bucket: { name: b, on: [deleted], prefix: p%[1]d/ } }\n"), "buckets: { b: }\n"), true},
		"many of each":       {source("", "topics:\n"+repeat(250, "  t%d:\n")+"secrets:\n"+repeat(250, "  x%d:\n")+"tables:\n"+repeat(250, "  d%d: { key: { id: string } }\n")), true},
		"schedules of a day": {source(repeat(500, "  s%d: { handler: ./s.S, schedule: \"0 0 * * *\" }\n"), ""), true},
	} {
		t.Run(name, func(t *testing.T) {
			files := harness.Lower(t, tc.source)
			roots := templates(t, files)
			if nested := len(roots) > 1; nested != tc.nested {
				t.Errorf("%d templates, nested should be %t", len(roots), tc.nested)
			}
			for path, root := range roots {
				data, _ := files.Get(path)
				for what, n := range map[string][2]int{
					"resources":  {len(keys(get(root, "Resources"))), mostResources},
					"parameters": {len(keys(get(root, "Parameters"))), mostParameters},
					"outputs":    {len(keys(get(root, "Outputs"))), mostOutputs},
					"bytes":      {len(data), mostBytes},
				} {
					if n[0] > n[1] {
						t.Errorf("%s has %d %s, at most %d are allowed", path, n[0], what, n[1])
					}
				}
			}
		})
	}
}

// A first deployment of an app that is larger than CloudFormation makes at a time is warned of, and one that is not is not.
func TestAnAppThatIsTooLargeForOneDeployment(t *testing.T) {
	for n, warned := range map[int]bool{200: false, 490: true} {
		app := providertest.App(t, sized(n))
		_, diags := aws.New().Lower(app, app.Targets[0])
		const want = "CloudFormation makes 2500 at a time at most"
		if diags.HasErrors() || strings.Contains(diags.String(), want) != warned {
			t.Errorf("%d functions: got %v, want a warning: %t", n, diags, warned)
		}
	}
}

// A function that moved to another stack would be made there before it is removed here, and fail for its name.
func TestAddingAFunctionMovesNoOther(t *testing.T) {
	before := places(t, harness.Lower(t, sized(400)))
	added := places(t, harness.Lower(t, bytes.Replace(sized(400), []byte("functions:\n"), []byte("functions:\n  added: { handler: ./a.A, queue: added }\n"), 1)))
	moved := 0
	for id, place := range before {
		if added[id] != place {
			moved++
			t.Errorf("%s moved from %s to %q", id, place, added[id])
		}
	}
	if len(before) < 400 || len(added) <= len(before) {
		t.Errorf("%d resources before, %d after", len(before), len(added))
	}
}

// The same function is the same in any template.
func TestAFunctionIsTheSameInANestedStack(t *testing.T) {
	single, nested := harness.Lower(t, sized(20)), harness.Lower(t, sized(400))
	template, _ := single.Get("template.yaml")
	for _, name := range []string{"read-0: GET", "work-2: each", "tick-8: the schedule", "hear-5: each message", "look-6: objects", "track-7: each change"} {
		_, block, _ := strings.Cut(string(template), "  # "+name)
		block, _, _ = strings.Cut(block, "\n  # ")
		found := 0
		for path, data := range nested.All() {
			if strings.HasPrefix(path, "nested/") && strings.Contains(string(data), "  # "+name+block+"\n") {
				found++
			}
		}
		if block == "" || found != 1 {
			t.Errorf("%s stands in %d nested templates as it does in the single one:\n%s", name, found, block)
		}
	}
}

// places tells for each resource in which template it is.
func places(t *testing.T, files *artifact.Set) map[string]string {
	t.Helper()
	found := map[string]string{}
	for path, root := range templates(t, files) {
		for id := range entries(get(root, "Resources")) {
			if other, twice := found[id]; twice {
				t.Errorf("%s is in %s and in %s", id, other, path)
			}
			if path == "template.yaml" && get(root, "Parameters", id).Kind != 0 {
				t.Errorf("%s is a resource and a parameter", id)
			}
			found[id] = path
		}
	}
	return found
}

// sized is the suite's app of n functions, with one more queue.
func sized(n int) []byte {
	return bytes.Replace(providertest.Spec(n, map[string]string{"aws": "{}"}), []byte("queues:\n"), []byte("queues:\n  added:\n"), 1)
}

func source(functions, queues string) []byte {
	return []byte("isobar: v1\nname: a\nfunctions:\n  one: { handler: ./f.F, http: GET / }\n" + functions + "queues:\n  q:\n" + queues + "targets: { aws: }\n")
}

// wordy is an app of n functions with a long text each.
func wordy(n int, text string) []byte {
	return source(repeat(n, "  g%d: { handler: ./g.G, queue: r%[1]d, env: { TEXT: \""+text+"\" } }\n"), repeat(n, "  r%d:\n"))
}

func repeat(n int, line string) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, line, i)
	}
	return b.String()
}

// No two names make the same logical ID, though IDs are put together of names and endings.
func TestLogicalIDsAreDistinct(t *testing.T) {
	var names []string
	for _, base := range []string{"a", "http-x", "schedule", "stack-a", "stack-shared", "artifact", "alarm"} {
		names = append(names, base)
		for _, ending := range []string{
			"function", "log-group", "role", "integration", "route", "route-head", "head", "permission", "event-source-mapping", "mapping",
			"schedule", "scheduler", "schedule-group", "group", "queue", "api", "api-stage", "dead", "letter", "channel", "channel-policy", "policy",
			"dead-letters", "subscription", "topic", "topic-arn", "bucket", "bucket-of", "bucket-policy", "table", "secret", "authorizer", "variable", "alarm",
		} {
			names = append(names, base+"-"+ending)
		}
	}
	triggers := []string{"http: GET /%s", "queue: %s", "schedule: \"0 0 * * *\"", "topic: %s", "bucket: %s", "table: %s"}
	kinds := []string{"", "queues", "", "topics", "buckets", "tables"}
	for round := range triggers {
		declared := map[string]string{}
		var functions strings.Builder
		for i, name := range names {
			n := (i + round) % len(triggers)
			fmt.Fprintf(&functions, "  %s: { handler: ./f.F, %s }\n", name, strings.ReplaceAll(triggers[n], "%s", name))
			properties := ""
			if kinds[n] == "tables" {
				properties = " { key: { id: string } }"
			}
			declared[kinds[n]] += "  " + name + ":" + properties + "\n"
		}
		spec := "isobar: v1\nname: a\nfunctions:\n" + functions.String() + "targets: { aws: }\n"
		for kind, lines := range declared {
			if kind != "" {
				spec += kind + ":\n" + lines
			}
		}
		if n := len(places(t, harness.Lower(t, []byte(spec)))); n < 6*len(names) {
			t.Errorf("%d resources for %d functions", n, len(names))
		}
	}
}

// Names that are too long are cut, and stay distinct.
func TestPhysicalNamesFit(t *testing.T) {
	const stage = "staging8"
	longest := map[string]int{
		"FunctionName": 64, "QueueName": 80, "LogGroupName": 512, "Name": 64, "TopicName": 256, "BucketName": 63, "TableName": 255,
	}
	files := harness.Lower(t, extremes["long-names"])
	seen := map[string]string{}
	for id, resource := range entries(get(templates(t, files)["template.yaml"], "Resources")) {
		for key, most := range longest {
			name := get(resource, "Properties", key)
			if name.Tag != "!Sub" {
				continue
			}
			if get(resource, "Type").Value == "AWS::SecretsManager::Secret" {
				most = 256
			}
			physical := strings.NewReplacer("${Stage}", stage, "${AWS::AccountId}", "123456789012").Replace(name.Value)
			// A channel has two hyphens, so that no name of a spec is the same.
			if len(physical) > most || strings.Contains(strings.Replace(physical, "--", "-", 1), "--") {
				t.Errorf("%s is named %s: %d characters, at most %d", id, physical, len(physical), most)
			}
			if other, twice := seen[get(resource, "Type").Value+physical]; twice {
				t.Errorf("%s and %s are both named %s", id, other, physical)
			}
			seen[get(resource, "Type").Value+physical] = id
		}
	}
	if len(seen) < 25 {
		t.Errorf("only %d names: %v", len(seen), seen)
	}
}
