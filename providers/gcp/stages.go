package gcp

import (
	"github.com/isobar-dev/isobar/codegen/artifact"
	"github.com/isobar-dev/isobar/codegen/gogen"
	"github.com/isobar-dev/isobar/codegen/plan"
	"github.com/isobar-dev/isobar/providers/gcp/internal/hcl"
)

// stageVariable is the module's variable for an environment variable that a stage has another value for.
func stageVariable(name string) string { return "env_" + name }

// staged are the environment variables that a stage has another value for.
func staged(app *plan.App) map[string]bool {
	variables := map[string]bool{}
	for _, v := range app.StagedEnv() {
		variables[v.Name] = true
	}
	return variables
}

// stageVariables are the module's variables that stages set, with the app's values as defaults.
func (m *module) stageVariables() []hcl.Block {
	var blocks []hcl.Block
	if m.stagedMemory {
		blocks = append(blocks,
			variable("memory", "The memory, in MiB, of functions that have none of their own.", "number", hcl.Int(m.app.Memory.Value)),
			variable("cpu", "The CPUs that go with that memory.", "number", cpuOf(m.app.Memory.Value)),
		)
	}
	for _, v := range m.app.StagedEnv() {
		blocks = append(blocks, variable(stageVariable(v.Name), "The environment variable "+v.Name+".", "string", hcl.Str(v.Value)))
	}
	return blocks
}

// addStages adds a file of variables for each stage: prod.tfvars.
func (m *module) addStages(files *artifact.Set) {
	for _, s := range m.app.Stages {
		values := []hcl.Attr{{Name: "stage", Value: hcl.Str(s.Name)}}
		if m.stagedMemory && s.Memory.Explicit {
			values = append(values, hcl.Attr{Name: "memory", Value: hcl.Int(s.Memory.Value)}, hcl.Attr{Name: "cpu", Value: cpuOf(s.Memory.Value)})
		}
		for _, v := range s.Env {
			if m.staged[v.Name] {
				values = append(values, hcl.Attr{Name: stageVariable(v.Name), Value: hcl.Str(v.Value)})
			}
		}
		files.Add(s.Name+".tfvars", hcl.Values{
			Comment: gogen.Header + "\nThe stage " + s.Name + ", in a workspace of its own. Deploy it with:\n\n" +
				"terraform workspace select -or-create " + s.Name + " && terraform apply -var-file=" + s.Name + ".tfvars …",
			Attrs: values,
		}.Bytes())
	}
}
