package azure

import (
	"slices"

	"github.com/isobar-dev/isobar/codegen/artifact"
	"github.com/isobar-dev/isobar/codegen/gogen"
	"github.com/isobar-dev/isobar/codegen/plan"
	"github.com/isobar-dev/isobar/providers/azure/internal/bicep"
)

// staged are the environment variables that a stage has another value for.
func staged(app *plan.App) map[string]bool {
	variables := map[string]bool{}
	for _, v := range app.StagedEnv() {
		variables[v.Name] = true
	}
	return variables
}

// stagedParameter is the parameter with the variables that stages set, which has the app's values as its default. It is one for all
// of them, as a template has 256 parameters at most.
// https://learn.microsoft.com/azure/azure-resource-manager/templates/best-practices#template-limits
func (l *lowering) stagedParameter() bicep.File {
	if len(l.staged) == 0 {
		return nil
	}
	return bicep.File{bicep.Param{
		Name: paramEnv, Type: bicep.TypeObject, Default: l.stagedValues(&plan.Stage{}),
		Description: "Environment variables of functions that have no values of their own: all of these.",
	}}
}

// stagedValues are the variables that stages set, with the values of one of them.
func (l *lowering) stagedValues(in *plan.Stage) bicep.Object {
	var values bicep.Object
	for _, v := range l.app.StagedEnv() {
		values = append(values, bicep.Property{Key: v.Name, Value: bicep.String(in.ValueIn(v))})
	}
	return values
}

// addStages adds a file of parameters for each stage: prod.bicepparam.
// https://learn.microsoft.com/azure/azure-resource-manager/bicep/parameter-files
func (l *lowering) addStages(files *artifact.Set) {
	for i := range l.app.Stages {
		s := &l.app.Stages[i]
		f := bicep.File{
			bicep.Comment{gogen.Header, "The stage " + s.Name + ". To deploy it: az deployment group create --resource-group NAME --parameters " + s.Name + ".bicepparam"},
			bicep.Using(mainFile),
			bicep.Assignment{Name: paramStage, Value: bicep.String(s.Name)},
		}
		if len(plan.Of[plan.Task](l.app)) > 0 {
			f = append(f, bicep.Assignment{Name: paramAudience, Value: bicep.Func("readEnvironmentVariable", bicep.String("TASK_AUDIENCE"))})
		}
		if l.app.StagedMemory() && s.Memory.Explicit {
			f = append(f, bicep.Assignment{Name: paramMemory, Value: bicep.Int(instanceMemory(l.app, s.Memory.Value))})
		}
		if slices.ContainsFunc(s.Env, func(v plan.Variable) bool { return l.staged[v.Name] }) {
			f = append(f, bicep.Assignment{Name: paramEnv, Value: l.stagedValues(s)})
		}
		files.Add(s.Name+".bicepparam", f.Append(nil))
	}
}
