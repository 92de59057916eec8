package aws_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"

	"github.com/isobar-dev/isobar/codegen/artifact"
	"github.com/isobar-dev/isobar/codegen/plan"
	"github.com/isobar-dev/isobar/internal/judge"
	"github.com/isobar-dev/isobar/providers/providertest"
)

// extremes are specs whose output is too long, or too odd, to be read as a golden.
var extremes = map[string][]byte{
	"large": providertest.Spec(90, map[string]string{"aws": "{}"}),
	"hostile": []byte(`isobar: v1
name: a
functions:
  f:
    handler: ./f.F
    queue: q
    env:
      QUOTES: "it's \"quoted\" '''thrice''' \\ and \\"
      CODE: "${AWS::AccountId} $${x} ${!y} !Ref Stage"
      LINES: "a\nb\r\n\tc\u2028d"
      WORDS: "yes"
      other: "- { } [ ]: # &a *a"
  g: { handler: ./f.G, topic: { name: t, filter: { a: "${AWS::Region} \"'", b: "x\ny" } } }
  h: { handler: ./f.H, bucket: { name: b, prefix: "a b/${x}&+%", suffix: "'\"é" } }
  i: { handler: ./f.I, http: { method: GET, path: /, auth: i } }
auth: { i: { issuer: "https://login.example/${a}", audience: ["${b}", "'"] } }
defaults: { env: { STAGED: "${AWS::StackName} {{x}}" } }
stages: { prod: { env: { STAGED: "\"'\\ ${Stage}" } } }
queues: { q: }
topics: { t: }
buckets: { b: }
targets: { aws: }
`),
	"short-names": []byte(`isobar: v1
name: a
auth: { i: { issuer: "https://i.example", audience: [a] } }
functions:
  a: { handler: ./f.F, http: { method: GET, path: "/{a}", auth: i, scopes: [s] }, access: { b: [read, write], q: send, t: publish, d: [read, write], s: read } }
  b: { handler: ./f.F, queue: q }
  c: { handler: ./f.F, topic: t }
  d: { handler: ./f.F, bucket: { name: b, prefix: p } }
  e: { handler: ./f.F, table: d }
  f: { handler: ./f.F, schedule: "* * * * *" }
queues: { q: }
topics: { t: }
buckets: { b: }
tables: { d: { key: { k: string }, sort: { r: number }, indexes: { x: { key: { y: string } } } } }
secrets: { s: }
targets: { aws: }
`),
	"long-names": []byte(`isobar: v1
name: a-name-of-twenty-xyz
functions:
  a-name-of-exactly-forty-nine-characters-in-all-xx: { handler: ./f.F, queue: another-name-of-forty-nine-characters-in-all-xxxx }
  a-name-of-exactly-forty-nine-characters-in-all-xy: { handler: ./f.F, schedule: "* * * * *" }
  a-name-of-exactly-forty-nine-characters-in-all-xz: { handler: ./f.F, topic: a-topic-of-exactly-forty-nine-characters-in-all-x }
  a-name-of-exactly-forty-nine-characters-in-all-yx: { handler: ./f.F, bucket: a-bucket-of-exactly-forty-nine-characters-in-al-x }
  a-name-of-exactly-forty-nine-characters-in-all-yy: { handler: ./f.F, table: a-table-of-exactly-forty-nine-characters-in-all-x }
queues: { another-name-of-forty-nine-characters-in-all-xxxx: , one-more-name-of-forty-nine-characters-in-all-xxx: { ordered: true } }
topics: { a-topic-of-exactly-forty-nine-characters-in-all-x: , a-topic-of-exactly-forty-nine-characters-in-all-y: { ordered: true } }
buckets: { a-bucket-of-exactly-forty-nine-characters-in-al-x: , a-bucket-of-exactly-forty-nine-characters-in-al-y: }
tables: { a-table-of-exactly-forty-nine-characters-in-all-x: { key: { id: string } } }
secrets: { a-secret-of-exactly-forty-nine-characters-in-al-x: }
targets: { aws: }
`),
}

// cfn-lint knows every resource's properties, their types and their values, and what functions may stand where. It takes most of a
// second for a template, so it sees some of the nested ones, which are all of a kind; the root it reads with all of them.
func TestLint(t *testing.T) {
	dir := t.TempDir()
	var paths []string
	for name, tree := range providertest.Trees(t, harness, extremes) {
		for path, data := range tree.All() {
			written := write(t, filepath.Join(dir, name, path), data)
			if path == "template.yaml" || strings.HasPrefix(path, "nested/0") || strings.HasPrefix(path, "nested/9") {
				paths = append(paths, written)
			}
		}
	}
	with, problems := including(t, []plan.Include{{Path: "extra.yaml", Data: []byte(sound)}})
	if problems != "" {
		t.Fatal(problems)
	}
	paths = append(paths, write(t, filepath.Join(dir, "included", "template.yaml"), []byte(with)))
	slices.Sort(paths)
	if out, err := lint(t, paths...); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

// Were cfn-lint to find nothing in anything, it would be no judge.
func TestLintCanFail(t *testing.T) {
	for name, template := range map[string]string{
		"a property that is not":  "Resources: { Q: { Type: AWS::SQS::Queue, Properties: { Name: q } } }\n",
		"a reference to nothing":  "Resources: { Q: { Type: AWS::SQS::Queue, Properties: { QueueName: !Ref Stage } } }\n",
		"a warning: an idle wish": "Parameters: { Stage: { Type: String } }\nResources: { Q: { Type: AWS::SQS::Queue } }\n",
	} {
		path := write(t, filepath.Join(t.TempDir(), "template.yaml"), []byte(template))
		if out, err := lint(t, path); err == nil {
			t.Errorf("%s passes: %s", name, out)
		}
	}
}

func lint(t *testing.T, paths ...string) ([]byte, error) {
	t.Helper()
	const name = "cfn-lint"
	program, err := exec.LookPath(name)
	if err != nil {
		judge.Absent(t, name, "pip install cfn-lint==1.51.0")
	}
	// Any finding is a failure, a warning too, but for W3002, which says of nested stacks that they want to be packaged. They do.
	return exec.Command(program, append([]string{"--non-zero-exit-code", "warning", "--ignore-checks", "W3002", "--"}, paths...)...).CombinedOutput()
}

func write(t *testing.T, path string, data []byte) string {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// Every reference names a parameter, a resource of the same template, or a pseudo parameter; and a nested stack is given the
// parameters that it has.
func TestReferences(t *testing.T) {
	trees := providertest.Trees(t, harness, extremes)
	// The function behind $default may do what this route may, which refers to what a stack of its own holds.
	trees["lent to $default"] = harness.Lower(t, source("  rest: { handler: ./f.F, http: \"GET /files/{rest...}\", access: { t: publish, s: read }, secrets: { KEY: s } }\n"+
		repeat(200, "  t%d: { handler: ./f.F, schedule: \"0 0 * * *\" }\n"), "topics: { t: }\nsecrets: { s: }\n"))
	for name, tree := range trees {
		roots := templates(t, tree)
		for path, root := range roots {
			for _, dangling := range dangling(root) {
				t.Errorf("%s/%s: %s is not there", name, path, dangling)
			}
		}
		for id, resource := range entries(get(roots["template.yaml"], "Resources")) {
			if get(resource, "Type").Value != "AWS::CloudFormation::Stack" {
				continue
			}
			nested, ok := roots[filepath.Clean(get(resource, "Properties", "TemplateURL").Value)]
			if !ok {
				t.Errorf("%s: the template of %s is not there", name, id)
				continue
			}
			given, wanted := keys(get(resource, "Properties", "Parameters")), keys(get(nested, "Parameters"))
			if !slices.Equal(given, wanted) {
				t.Errorf("%s: %s is given %v and has %v", name, id, given, wanted)
			}
		}
	}
}

// In China and in GovCloud ARNs begin otherwise, also those of what Step Functions calls: an execution fails at one of another partition.
func TestNoPartitionIsNamed(t *testing.T) {
	trees := providertest.Trees(t, harness, nil)
	data, err := os.ReadFile("testdata/workflow/template.yaml")
	if err != nil {
		t.Fatal(err)
	}
	trees["workflow"] = &artifact.Set{}
	trees["workflow"].Add("template.yaml", data)
	for name, tree := range trees {
		for path, data := range tree.All() {
			if strings.Contains(string(data), "arn:aws") {
				t.Errorf("%s/%s names a partition", name, path)
			}
		}
	}
}

func TestReferencesCanFail(t *testing.T) {
	var doc yaml.Node
	const template = "Resources: { Q: { DependsOn: [A], P: [!Ref B, !GetAtt C.Arn, !Sub '${D}-${E.Arn}-${!F}-${AWS::Region}', !Ref Q] } }"
	if err := yaml.Unmarshal([]byte(template), &doc); err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(dangling(doc.Content[0]), " "); got != "A B C D E" {
		t.Errorf("dangling are %q", got)
	}
}

var substitution = regexp.MustCompile(`\$\{([A-Za-z0-9:]+)[^}]*\}`)

// dangling returns the names that a template refers to and does not have.
func dangling(root *yaml.Node) []string {
	has := append(keys(get(root, "Parameters")), keys(get(root, "Resources"))...)
	var names []string
	for _, resource := range entries(get(root, "Resources")) {
		for _, n := range get(resource, "DependsOn").Content {
			names = append(names, n.Value)
		}
	}
	walk(root, func(n *yaml.Node) {
		switch n.Tag {
		case "!Ref":
			names = append(names, n.Value)
		case "!GetAtt":
			name, _, _ := strings.Cut(n.Value, ".")
			names = append(names, name)
		case "!Sub":
			for _, m := range substitution.FindAllStringSubmatch(n.Value, -1) {
				names = append(names, m[1])
			}
		}
	})
	return slices.DeleteFunc(names, func(name string) bool { return strings.HasPrefix(name, "AWS::") || slices.Contains(has, name) })
}

func keys(n *yaml.Node) []string {
	var names []string
	for k := range entries(n) {
		names = append(names, k)
	}
	return names
}
