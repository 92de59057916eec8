package aws

import (
	"bytes"
	"cmp"
	"encoding/json"
	"strconv"
	"strings"

	"github.com/isobar-dev/isobar/codegen/artifact"
	"github.com/isobar-dev/isobar/codegen/naming"
	"github.com/isobar-dev/isobar/codegen/plan"
	"github.com/isobar-dev/isobar/providers/aws/internal/cfn"
)

// staged are the parameters of environment variables that a stage has another value for, by the variable.
func staged(app *plan.App) map[string]string {
	parameters := map[string]string{}
	taken := map[string]bool{}
	for _, v := range app.StagedEnv() { // in the order of their names
		parameters[v.Name] = stageParameter(v.Name, taken)
	}
	return parameters
}

// stageParameter is the parameter of a variable: LogLevelVariable for LOG_LEVEL. No ID of a resource ends so. Where two variables would have
// the same, the second has a part of its digest.
func stageParameter(variable string, taken map[string]bool) string {
	const digits = 6
	name := naming.Pascal(strings.ToLower(strings.ReplaceAll(variable, "_", "-")))
	if taken[name] {
		name += strings.ToUpper(naming.Digest(variable)[:digits])
	}
	taken[name] = true
	return name + "Variable"
}

// memory is a function's memory in MiB: the template's parameter when it is the app's and a stage has another.
func (l *lowering) memory(f *plan.Function) cfn.Value {
	if f.MemoryShared && l.stagedMemory {
		return cfn.Ref(paramMemory)
	}
	return cfn.Int(f.Memory.Value)
}

// stageParameters are the template's parameters that stages set, with the app's values as defaults.
func (l *lowering) stageParameters() []cfn.Parameter {
	var all []cfn.Parameter
	if l.stagedMemory {
		all = append(all, cfn.Parameter{
			ID: paramMemory, Type: "Number", Default: cfn.Int(l.app.Memory.Value),
			Description: "The memory, in MiB, of functions that have none of their own.",
		})
	}
	for _, v := range l.app.StagedEnv() {
		p := cfn.Parameter{ID: l.staged[v.Name], Type: "String", Description: "The environment variable " + v.Name + "."}
		if !looksLikeReference(v.Value) {
			p.Default = cfn.String(v.Value)
		}
		all = append(all, p)
	}
	return all
}

// looksLikeReference tells whether linters, and hasty reviewers, take a text for a reference that somebody forgot to mark. In the default of a
// parameter it cannot be written in pieces, so that there is none, and every stage gives the value.
func looksLikeReference(text string) bool { return strings.Contains(text, opening) }

// addStages adds a file of parameters for each stage, as the AWS CLI reads it: parameters.prod.json. Each has the values of all that a stage can
// set, its own or the app's: a parameter that is not given keeps the value that the stack has, and not the template's new default.
// https://docs.aws.amazon.com/cli/latest/reference/cloudformation/deploy/
func (l *lowering) addStages(files *artifact.Set) {
	type parameter struct{ ParameterKey, ParameterValue string }
	for i := range l.app.Stages {
		s := &l.app.Stages[i]
		values := []parameter{{paramStage, s.Name}}
		if l.stagedMemory {
			values = append(values, parameter{paramMemory, strconv.Itoa(cmp.Or(s.Memory.Value, l.app.Memory.Value))})
		}
		for _, v := range l.app.StagedEnv() {
			values = append(values, parameter{l.staged[v.Name], s.ValueIn(v)})
		}
		var b bytes.Buffer
		out := json.NewEncoder(&b)
		out.SetEscapeHTML(false)
		out.SetIndent("", "  ")
		_ = out.Encode(values) // to memory, and of texts
		files.Add("parameters."+s.Name+".json", b.Bytes())
	}
}
