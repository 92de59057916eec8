package aws

import (
	"cmp"
	"encoding/json"
	"slices"
	"strings"
	"unicode"

	"github.com/isobar-dev/isobar/codegen/access"
	"github.com/isobar-dev/isobar/codegen/artifact"
	"github.com/isobar-dev/isobar/codegen/change"
	"github.com/isobar-dev/isobar/providers/aws/internal/cfnread"
	"github.com/isobar-dev/isobar/spec"
)

// The types of what a tree has beside resources.
const (
	typeOutput    = "output"
	typeParameter = "parameter"
	typeSetting   = "template"
	typeStage     = "parameters"
)

// Deployment reads templates, of this version or an older one, back into what they deploy.
func (Wing) Deployment(files *artifact.Set, stage string) (change.Deployment, error) {
	var resources []change.Resource
	values := map[string]string{"Stage": cfnread.Unknown}
	for name, data := range files.All() {
		of, ok := parametersOf(name)
		if !ok {
			continue
		}
		found, given, err := stageValues(name, of, data)
		if err != nil {
			return change.Deployment{}, err
		}
		if stage == "" {
			resources = append(resources, found)
		} else if of == stage {
			values = given
		}
	}
	for name, data := range files.All() {
		switch {
		case strings.HasSuffix(name, ".yaml"):
			sections, err := cfnread.Read(data, values)
			if err != nil {
				return change.Deployment{}, &readError{name, err}
			}
			resources = append(resources, declared(name, sections)...)
		case strings.HasSuffix(name, ".go"):
			found, err := change.Entrypoint(name, data)
			if err != nil {
				return change.Deployment{}, err
			}
			resources = append(resources, found...)
		}
	}
	change.Adopt(resources, typeOutput)
	resources = change.Sorted(resources)
	return change.Deployment{Resources: resources, Grants: permitted(resources)}, nil
}

// readError is a file that is none of the wing's.
type readError struct {
	file string
	err  error
}

func (e *readError) Error() string { return e.file + ": " + e.err.Error() }
func (e *readError) Unwrap() error { return e.err }

// parametersOf is the stage that a file has the parameters of.
func parametersOf(name string) (stage string, ok bool) {
	rest, ok := strings.CutPrefix(name, "parameters.")
	if !ok {
		return "", false
	}
	return strings.CutSuffix(rest, ".json")
}

// stageValues reads the parameters of a stage.
func stageValues(name, stage string, data []byte) (change.Resource, map[string]string, error) {
	var list []struct{ ParameterKey, ParameterValue string }
	if err := json.Unmarshal(data, &list); err != nil {
		return change.Resource{}, nil, &readError{name, err}
	}
	values := map[string]string{}
	r := change.Resource{Type: typeStage, Key: stage, Address: name, File: name, Owner: change.Owner{Kind: change.KindStage, Name: stage}}
	for _, p := range list {
		values[p.ParameterKey] = p.ParameterValue
		r.Set(p.ParameterKey, p.ParameterValue, "")
	}
	return r, values, nil
}

// declared are the resources of a template, and what else it has.
func declared(file string, sections []cfnread.Section) []change.Resource {
	prefix := ""
	if file != "template.yaml" {
		prefix = strings.TrimSuffix(file, ".yaml") + "/"
	}
	var resources []change.Resource
	for _, s := range sections {
		for _, e := range s.Entries {
			r := change.Resource{Type: e.Type, Key: prefix + e.ID, Address: prefix + e.ID, File: file, Owner: change.Owner{Kind: change.KindApp}}
			switch s.Name {
			case "Resources":
				r.Owner = owner(e.ID)
			case "Outputs":
				r.Type, r.Address = typeOutput, prefix+"Outputs."+e.ID
			case "Parameters":
				r.Type, r.Address = typeParameter, prefix+"Parameters."+e.ID
			default:
				r.Type, r.Key = typeSetting, prefix+s.Name+"."+e.ID
				r.Address = strings.TrimSuffix(r.Key, ".")
			}
			for _, l := range e.Leaves {
				ref := l.Ref
				if ref != "" {
					ref = prefix + ref
				}
				r.Set(cmp.Or(l.Path, "value"), l.Value, ref)
			}
			resources = append(resources, r)
		}
	}
	return resources
}

// endings are those of logical IDs, with the kinds of what the IDs begin with.
var endings = map[string]spec.Kind{
	"Function": change.KindFunction, "LogGroup": change.KindFunction, "Role": change.KindFunction, "Integration": change.KindFunction,
	"Route": change.KindFunction, "RouteHead": change.KindFunction, "Permission": change.KindFunction, "EventSourceMapping": change.KindFunction,
	"Schedule": change.KindFunction, "Scheduler": change.KindFunction, "Channel": change.KindFunction, "ChannelPolicy": change.KindFunction,
	"DeadLetters": change.KindFunction, "DeadLettersAlarm": change.KindFunction, "Subscription": change.KindFunction,
	"Queue": spec.KindQueue, "DeadLetterQueue": spec.KindQueue, "DeadLetterAlarm": spec.KindQueue, "Topic": spec.KindTopic,
	"Bucket": spec.KindBucket, "BucketPolicy": spec.KindBucket, "BucketOfApp": spec.KindBucket, "Table": spec.KindTable, "Secret": spec.KindSecret,
	"StateMachine": spec.KindWorkflow, "Executor": spec.KindWorkflow,
}

// owner is the part of the app that a logical ID is for.
func owner(id string) change.Owner {
	ending := ""
	for e := range endings {
		if len(e) > len(ending) && strings.HasSuffix(id, e) {
			ending = e
		}
	}
	name := strings.TrimSuffix(id, ending)
	switch {
	case strings.HasPrefix(id, "HttpApi"), name == "Http" && ending != "", strings.HasSuffix(id, "Authorizer"):
		return change.Owner{Kind: change.KindAPI}
	case ending == "" || name == "":
		return change.Owner{Kind: change.KindApp}
	}
	return change.Owner{Kind: endings[ending], Name: hyphens(name)}
}

// hyphens is a name in PascalCase as a spec may have it.
func hyphens(name string) string {
	var b strings.Builder
	for i, r := range name {
		if unicode.IsUpper(r) && i > 0 {
			b.WriteByte('-')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}

// permitted are the permissions that the policies of resources give.
func permitted(resources []change.Resource) []access.Grant {
	var grants []access.Grant
	for i := range resources {
		r := &resources[i]
		statements := map[string]*policyStatement{}
		var order []string
		for _, p := range r.Properties {
			at, key, ok := strings.Cut(p.Path, "Statement[")
			if !ok {
				continue
			}
			sid, field, ok := strings.Cut(key, "].")
			if !ok {
				continue
			}
			at += sid
			if statements[at] == nil {
				statements[at] = &policyStatement{}
				order = append(order, at)
			}
			statements[at].add(field, p)
		}
		for _, at := range order {
			grants = append(grants, statements[at].grants(r.Owner.Name)...)
		}
		grants = append(grants, invocation(r)...)
	}
	return grants
}

// policyStatement is one of a policy that was read.
type policyStatement struct {
	allow              bool
	principal          string
	actions, resources []string
}

func (s *policyStatement) add(field string, p change.Property) {
	switch {
	case field == "Effect":
		s.allow = p.Value == "Allow"
	case field == "Action" || field == "Action[]":
		s.actions = append(s.actions, p.Value)
	case field == "Resource" || field == "Resource[]":
		s.resources = append(s.resources, p.Value)
	case field == "Principal" || strings.HasPrefix(field, "Principal."):
		s.principal = p.Value
	}
}

func (s *policyStatement) grants(owner string) []access.Grant {
	var grants []access.Grant
	for _, action := range s.actions {
		for _, resource := range s.resources {
			if s.allow {
				grants = append(grants, access.Grant{Principal: cmp.Or(s.principal, owner), Action: action, Resource: resource})
			}
		}
	}
	return grants
}

// invocation is what a permission to call a function gives.
func invocation(r *change.Resource) []access.Grant {
	if r.Type != "AWS::Lambda::Permission" {
		return nil
	}
	var values [3]string
	for i, path := range []string{"Principal", "Action", "FunctionName"} {
		values[i], _ = r.Get(path)
	}
	if slices.Contains(values[:], "") {
		return nil
	}
	return []access.Grant{{Principal: values[0], Action: values[1], Resource: values[2]}}
}
