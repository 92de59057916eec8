package azure

import (
	"slices"

	"github.com/isobar-dev/isobar/codegen/artifact"
	"github.com/isobar-dev/isobar/codegen/gogen"
	"github.com/isobar-dev/isobar/codegen/plan"
	"github.com/isobar-dev/isobar/providers/azure/internal/bicep"
)

// stagedVariables are the environment variables that a stage has another value for, and a function has no value of its own.
func stagedVariables(app *plan.App) map[string]bool {
	shared := map[string]bool{}
	for i := range app.Functions {
		for _, v := range app.Functions[i].Env {
			if v.Shared {
				shared[v.Name] = true
			}
		}
	}
	staged := map[string]bool{}
	for _, s := range app.Stages {
		for _, v := range s.Env {
			if shared[v.Name] {
				staged[v.Name] = true
			}
		}
	}
	return staged
}

// stagedParameter is the parameter with the variables that stages set, which has the app's values as its default. It is one for all
// of them, as a template has 256 parameters at most.
// https://learn.microsoft.com/azure/azure-resource-manager/templates/best-practices#template-limits
func (l *lowering) stagedParameter() bicep.File {
	if len(l.staged) == 0 {
		return nil
	}
	return bicep.File{bicep.Param{
		Name: paramEnv, Type: bicep.TypeObject, Default: l.stagedValues(nil),
		Description: "Environment variables of functions that have no values of their own: all of these.",
	}}
}

// stagedValues are the variables that stages set, with the values of one of them.
func (l *lowering) stagedValues(of []plan.Variable) bicep.Object {
	own := map[string]string{}
	for _, v := range of {
		own[v.Name] = v.Value
	}
	var values bicep.Object
	for _, v := range l.app.Env {
		if !l.staged[v.Name] {
			continue
		}
		value := v.Value
		if other, ok := own[v.Name]; ok {
			value = other
		}
		values = append(values, bicep.Property{Key: v.Name, Value: bicep.String(value)})
	}
	return values
}

// addStages adds a file of parameters for each stage: prod.bicepparam.
// https://learn.microsoft.com/azure/azure-resource-manager/bicep/parameter-files
func (l *lowering) addStages(files *artifact.Set) {
	for _, s := range l.app.Stages {
		f := bicep.File{
			bicep.Comment{gogen.Header, "The stage " + s.Name + ". To deploy it: az deployment group create --resource-group NAME --parameters " + s.Name + ".bicepparam"},
			bicep.Using(mainFile),
			bicep.Assignment{Name: paramStage, Value: bicep.String(s.Name)},
		}
		if len(plan.Of[plan.Task](l.app)) > 0 {
			f = append(f, bicep.Assignment{Name: paramAudience, Value: bicep.Func("readEnvironmentVariable", bicep.String("TASK_AUDIENCE"))})
		}
		if s.Memory.Explicit {
			f = append(f, bicep.Assignment{Name: paramMemory, Value: bicep.Int(instanceMemory(l.app, s.Memory.Value))})
		}
		if slices.ContainsFunc(s.Env, func(v plan.Variable) bool { return l.staged[v.Name] }) {
			f = append(f, bicep.Assignment{Name: paramEnv, Value: l.stagedValues(s.Env)})
		}
		files.Add(s.Name+".bicepparam", f.Append(nil))
	}
}
