package azure

import (
	"errors"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/isobar-dev/isobar/codegen/artifact"
	"github.com/isobar-dev/isobar/codegen/naming"
	"github.com/isobar-dev/isobar/codegen/plan"
	"github.com/isobar-dev/isobar/providers/azure/internal/bicep"
	"github.com/isobar-dev/isobar/spec/diag"
)

// paramPrincipal is a parameter that included files can have beside those, and the names, of main.bicep: who the app is.
const paramPrincipal bicep.Symbol = "principalId"

// includedName is the form of the names of included files, each of which is the name of a module.
var includedName = regexp.MustCompile(`^[a-z][a-z0-9]*(-[a-z0-9]+)*\.bicep$`)

// included is a file that a person has written.
type included struct {
	plan.Include
	name         string
	declarations []bicep.Declaration
}

// include adds files of Bicep, each as a module of main.bicep that is deployed after the app. One to which another refers is a module of
// that. What main.bicep cannot deploy is refused: what is no Bicep, has a parameter that nobody sets, or refers to what is not there.
func include(files *artifact.Set, templates []template, list []plan.Include) diag.List {
	var diags diag.List
	var sound []included
	taken := map[string]string{mainFile: "what is generated"}
	for _, f := range list {
		i, ok := read(&diags, f)
		if !ok {
			continue
		}
		key := strings.ReplaceAll(i.name, "-", "")
		if other, ok := taken[key]; ok {
			diags.Errorf(diag.Include, f.Pos, "%s has the name of %s, but for hyphens", diag.Quote(f.Path), other).Hint = "rename the file"
			continue
		}
		taken[key] = f.Path
		files.Add(i.name, f.Data)
		sound = append(sound, i)
	}
	referred := references(&diags, sound)
	offers := offered(templates[0].f)
	for _, f := range sound {
		if !referred[f.name] {
			templates[0].f = slices.Insert(templates[0].f, firstOutput(templates[0].f), bicep.Statement(f.module(&diags, offers)))
		}
	}
	return diags
}

// read looks at one file.
func read(diags *diag.List, f plan.Include) (included, bool) {
	i := included{Include: f, name: path.Base(f.Path)}
	if !includedName.MatchString(i.name) {
		diags.Errorf(diag.Include, f.Pos, "%s is no name of a module", diag.Quote(f.Path)).Hint = "include files with names of lower-case letters, digits and hyphens that end in .bicep"
		return i, false
	}
	var err error
	var syntax *bicep.SyntaxError
	if i.declarations, err = bicep.Scan(f.Data); errors.As(err, &syntax) {
		diags.Errorf(diag.Include, diag.Position{File: f.Path, Line: syntax.Line, Column: syntax.Column}, "this is no Bicep: %s", syntax.Message)
		return i, false
	}
	for _, d := range i.declarations {
		if d.Keyword == "targetScope" && d.Text != "resourceGroup" {
			diags.Errorf(diag.Include, i.at(d), "the scope is %s, and that of the app resourceGroup", diag.Quote(d.Text)).Hint = "deploy the file by itself"
			return i, false
		}
	}
	return i, true
}

func (f included) at(d bicep.Declaration) diag.Position {
	return diag.Position{File: f.Path, Line: d.Line, Column: d.Column}
}

// references are the files that others refer to, all of which have to be there: a file is looked for beside the one that refers to it.
func references(diags *diag.List, files []included) map[string]bool {
	referred := map[string]bool{}
	for _, f := range files {
		for _, d := range f.declarations {
			if d.Keyword != "module" || strings.Contains(d.Text, ":") { // br: and ts: are registries
				continue
			}
			name := path.Clean(d.Text)
			if !slices.ContainsFunc(files, func(other included) bool { return other.name == name }) {
				e := diags.Errorf(diag.Include, f.at(d), "the module %s is not included", diag.Quote(d.Text))
				e.Reason = "included files stand beside each other in what is generated"
				e.Hint = "include the file, and refer to it by its name alone"
			}
			referred[name] = true
		}
	}
	return referred
}

// offered are the parameters and names of main.bicep, and who the app is.
func offered(f bicep.File) map[string]bicep.Expr {
	offers := map[string]bicep.Expr{string(paramPrincipal): bicep.Path(symIdentity, "properties", "principalId")}
	for _, s := range f {
		switch s := s.(type) {
		case bicep.Param:
			offers[string(s.Name)] = s.Name
		case bicep.Var:
			offers[string(s.Name)] = s.Name
		}
	}
	return offers
}

// module is the statement that deploys the file, with those of its parameters that main.bicep has.
func (f included) module(diags *diag.List, offers map[string]bicep.Expr) bicep.Module {
	name := strings.TrimSuffix(f.name, ".bicep")
	var params bicep.Object
	for _, d := range f.declarations {
		if d.Keyword != "param" {
			continue
		}
		if value, ok := offers[d.Name]; ok {
			params = append(params, bicep.Property{Key: d.Name, Value: value})
		} else if !d.Default {
			e := diags.Errorf(diag.Include, f.at(d), "nothing sets the parameter %s", diag.Quote(d.Name))
			e.Reason = "main.bicep has no parameter and no variable of that name"
			e.Hint = "give it a default"
		}
	}
	body := bicep.Object{{Key: "name", Value: stagedName(naming.Shorten(name, maxDeployment))}}
	if len(params) > 0 {
		body = append(body, bicep.Property{Key: "params", Value: params})
	}
	return bicep.Module{
		Comment: "Included by the spec.", Symbol: symbolOf("include", name), Path: f.name,
		Body: append(body, bicep.Property{Key: "dependsOn", Value: bicep.Array{symSettings}}),
	}
}

// maxDeployment is how many characters a deployment's name has behind the prefix, of 64 in all.
// https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules#microsoftresources
const maxDeployment = 64 - 20 - 1 - maxStage - 1

// firstOutput is the place of the first output, before which modules stand.
func firstOutput(f bicep.File) int {
	return slices.IndexFunc(f, func(s bicep.Statement) bool {
		_, ok := s.(bicep.Output)
		return ok
	})
}
