package aws_test

import (
	"strings"
	"testing"

	"github.com/isobar-dev/isobar/codegen/plan"
	"github.com/isobar-dev/isobar/providers/aws"
	"github.com/isobar-dev/isobar/providers/providertest"
)

const overlaySpec = "isobar: v1\nname: shop\nfunctions: { f: { handler: ./f.F, http: GET / } }\nqueues: { orders: }\ntargets: { aws: { overlay: { "

// patched lowers an app with one queue that has a patch, written as YAML on one line, and returns the queue's part of the template.
func patched(t *testing.T, resource, patch string) (queue, problems string) {
	t.Helper()
	app := providertest.App(t, []byte(overlaySpec+resource+": "+patch+" } } }\n"))
	files, diags := aws.New().Lower(app, app.Targets[0])
	if diags.HasErrors() {
		return "", diags.String()
	}
	template, _ := files.Get("template.yaml")
	_, queue, _ = strings.Cut(string(template), "  OrdersQueue:\n")
	queue, _, _ = strings.Cut(queue, "\n\n")
	return queue, ""
}

// A patch is in CloudFormation's own terms, and text is text but within a function.
func TestOverlay(t *testing.T) {
	for name, c := range map[string]struct{ patch, want string }{
		"a number":            {"{ Properties: { VisibilityTimeout: 20 } }", "      VisibilityTimeout: 20\n"},
		"a fraction":          {"{ Properties: { X: !new 1.5 } }", "      X: 1.5"},
		"a truth":             {"{ Properties: { X: !new true } }", "      X: true"},
		"a text":              {`{ Properties: { X: !new "${Stage} !Ref" } }`, "      X:\n        Fn::Join:\n          - \"\"\n          - - $\n            - \"{Stage} !Ref\""},
		"a function":          {`{ Properties: { X: !new { "Fn::Sub": "${Stage}-x" } } }`, "      X:\n        Fn::Sub: ${Stage}-x"},
		"within":              {"{ Properties: { RedrivePolicy: { maxReceiveCount: 3 } } }", "      RedrivePolicy:\n        deadLetterTargetArn: !GetAtt OrdersDeadLetterQueue.Arn\n        maxReceiveCount: 3\n"},
		"a list":              {"{ Properties: { Tags: [{ Key: a, Value: b }] } }", "      Tags:\n        - Key: a\n          Value: b"},
		"nothing in a list":   {"{ Properties: { X: !new [a, null] } }", "      X:\n        - a\n        - !Ref AWS::NoValue"},
		"of the resource":     {"{ DeletionPolicy: !new Retain, DependsOn: !new [FFunction] }", "    Type: AWS::SQS::Queue\n    DeletionPolicy: Retain\n    DependsOn:\n      - FFunction\n    Properties:\n"},
		"a place of its own":  {"{ Metadata: !new { a: { b: c } } }", "    Metadata:\n      a:\n        b: c\n"},
		"a function replaced": {"{ Properties: { QueueName: plain } }", "      QueueName: plain\n"},
	} {
		t.Run(name, func(t *testing.T) {
			got, problems := patched(t, "OrdersQueue", c.patch)
			if problems != "" || !strings.Contains(got, c.want) {
				t.Errorf("%s\ngot\n%s\nwant\n%s", problems, got, c.want)
			}
		})
	}
	if got, problems := patched(t, "OrdersQueue", "{ Properties: { Tags: null, RedrivePolicy: null } }"); problems != "" || strings.Contains(got, "Tags") || strings.Contains(got, "Redrive") {
		t.Errorf("%s\nwhat is taken away is there:\n%s", problems, got)
	}
}

// Resources share their tags. A patch of one's is no patch of another's.
func TestOverlayChangesOneResource(t *testing.T) {
	app := providertest.App(t, []byte(overlaySpec+"HttpApi: { Properties: { Tags: { \"isobar:app\": other } } } } } }\n"))
	files, diags := aws.New().Lower(app, app.Targets[0])
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	template, _ := files.Get("template.yaml")
	if strings.Count(string(template), "isobar:app: other") != 1 || strings.Count(string(template), "isobar:app: shop") != 1 {
		t.Errorf("the tags of two resources of API Gateway are\n%s", template)
	}
}

// A patch that would do nothing, or something else, fails at its line.
func TestOverlayFails(t *testing.T) {
	for name, c := range map[string]struct{ resource, patch, want string }{
		"a resource that is gone": {"OrderQueue", "{ Properties: {} }", `error ISO0503: no resource "OrderQueue" is generated (did you mean "OrdersQueue"?)`},
		"a property":              {"OrdersQueue", "{ Properties: { Visibility: 3 } }", `"OrdersQueue.Properties.Visibility" is not there`},
		"a property less":         {"OrdersQueue", "{ Properties: { Visibility: null } }", `"OrdersQueue.Properties.Visibility" is not there`},
		"within":                  {"OrdersQueue", "{ Properties: { RedrivePolicy: { max: 3 } } }", `"OrdersQueue.Properties.RedrivePolicy.max" is not there`},
		"no mapping":              {"OrdersQueue", "{ Properties: { QueueName: { a: b } } }", `"OrdersQueue.Properties.QueueName" is no mapping that could be changed`},
		"another type":            {"OrdersQueue", "{ Type: !new AWS::SNS::Topic }", `"Type" is nothing of a resource that can be changed`},
		"a property out of place": {"OrdersQueue", "{ VisibilityTimeout: 3 }", `"VisibilityTimeout" is nothing of a resource that can be changed`},
		"no mapping at all":       {"OrdersQueue", "3", `wants a mapping`},
	} {
		t.Run(name, func(t *testing.T) {
			if _, problems := patched(t, c.resource, c.patch); !strings.Contains(problems, c.want) || !strings.HasPrefix(problems, "isobar.yaml:5:") {
				t.Errorf("got\n%s\nwant\n%s", problems, c.want)
			}
		})
	}
}

// sound is a template that can be included.
const sound = `
AWSTemplateFormatVersion: "2010-09-09"
Description: not taken
Parameters: { Level: { Type: Number, Default: 1.5 } }
Mappings: { Sizes: { large: { name: "01" } } }
Conditions: { Large: !Not [!Equals [!Ref Level, 1]] }
Resources:
  Extra:
    Type: AWS::SNS::Topic
    Properties:
      DisplayName: !Sub "${OrdersQueue.QueueName} # ${!x}"
      TopicName: !If [Large, !GetAtt OrdersQueue.QueueName, !FindInMap [Sizes, large, name]]
      Tags: [{ Key: version, Value: 2012-10-17 }, { Key: empty, Value: "" }]
Outputs: { Extra: { Condition: Large, Value: !Ref Extra, Export: { Name: extra } } }
`

// A template of one's own becomes part of the generated one, unless it would take something's place.
func TestInclude(t *testing.T) {
	for name, c := range map[string]struct {
		files []plan.Include
		want  string
	}{
		"a template":            {[]plan.Include{{Path: "infra/extra.yaml", Data: []byte(sound)}}, ""},
		"of JSON":               {[]plan.Include{{Path: "infra/extra.json", Data: []byte(`{"Resources": {"Extra": {"Type": "AWS::SNS::Topic"}}}`)}}, ""},
		"not a template":        {[]plan.Include{{Path: "infra/extra.tf"}}, `isobar.yaml:9:3: error ISO0504: "infra/extra.tf" is no template`},
		"nothing":               {[]plan.Include{{Path: "x.yaml"}}, `isobar.yaml:9:3: error ISO0504: "x.yaml" is no template of CloudFormation`},
		"a list":                {[]plan.Include{{Path: "x.yaml", Data: []byte("- a\n")}}, `"x.yaml" is no template of CloudFormation`},
		"no YAML":               {[]plan.Include{{Path: "x.yaml", Data: []byte("a: [\n")}}, `"x.yaml" is no template of CloudFormation`},
		"two documents":         {[]plan.Include{{Path: "x.yaml", Data: []byte("a: b\n---\na: b\n")}}, `"x.yaml" is no template of CloudFormation`},
		"a transform":           {[]plan.Include{{Path: "x.yaml", Data: []byte("Transform: AWS::Serverless-2016-10-31\n")}}, `x.yaml:1:1: error ISO0504: "Transform" cannot be part`},
		"a section of text":     {[]plan.Include{{Path: "x.yaml", Data: []byte("Resources: none\n")}}, `x.yaml:1:12: error ISO0504: Resources wants a mapping`},
		"a generated resource":  {[]plan.Include{{Path: "x.yaml", Data: []byte("Resources:\n  OrdersQueue: { Type: AWS::SQS::Queue }\n")}}, "x.yaml:2:3: error ISO0504: OrdersQueue is in the generated template already"},
		"a generated parameter": {[]plan.Include{{Path: "x.yaml", Data: []byte("Resources:\n  Stage: { Type: AWS::SQS::Queue }\n")}}, "Stage is in the generated template already"},
		"a generated condition": {[]plan.Include{{Path: "x.yaml", Data: []byte("Conditions:\n  HasAlarmTopic: { }\n")}}, "HasAlarmTopic is in the generated template already"},
		"a generated output":    {[]plan.Include{{Path: "x.yaml", Data: []byte("Outputs:\n  ApiUrl: { Value: x }\n")}}, "ApiUrl is in the generated template already"},
		"a resource of another": {[]plan.Include{{Path: "x.yaml", Data: []byte(sound)}, {Path: "y.yaml", Data: []byte("Resources: { Extra: { Type: AWS::SNS::Topic } }\n")}}, "y.yaml:1:14: error ISO0504: Extra is in x.yaml already"},
		"no name":               {[]plan.Include{{Path: "x.yaml", Data: []byte("Resources: { \"a b\": { Type: AWS::SNS::Topic } }\n")}}, `"a b" is not letters and digits`},
		"an alias":              {[]plan.Include{{Path: "x.yaml", Data: []byte("Resources: { A: &a { Type: AWS::SNS::Topic }, B: *a }\n")}}, "aliases, and values nested more than"},
		"a key twice":           {[]plan.Include{{Path: "x.yaml", Data: []byte("Resources: { A: { Type: a, Type: b } }\n")}}, "x.yaml"},
	} {
		t.Run(name, func(t *testing.T) {
			files, problems := including(t, c.files)
			if c.want != "" {
				if !strings.Contains(problems, c.want) {
					t.Errorf("got\n%s\nwant\n%s", problems, c.want)
				}
				return
			}
			if problems != "" || !strings.Contains(files, "  # From "+c.files[0].Path) || !strings.Contains(files, "  Extra:\n    Type: AWS::SNS::Topic\n") {
				t.Errorf("%s\n%s", problems, files)
			}
		})
	}
}

// including lowers an app with included files, and returns the template.
func including(t *testing.T, included []plan.Include) (template, problems string) {
	t.Helper()
	app := providertest.App(t, []byte("isobar: v1\nname: shop\nfunctions: { f: { handler: ./f.F, http: GET / } }\nqueues: { orders: }\ntargets: { aws: }\n"))
	target := app.Targets[0]
	for _, f := range included {
		f.Pos = target.Pos
		f.Pos.Line, f.Pos.Column = 9, 3
		target.Include = append(target.Include, f)
	}
	files, diags := aws.New().Lower(app, target)
	if diags.HasErrors() {
		return "", diags.String()
	}
	data, _ := files.Get("template.yaml")
	return string(data), ""
}
