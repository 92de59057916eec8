package azure_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/isobar-dev/isobar/codegen/artifact"
	"github.com/isobar-dev/isobar/codegen/plan"
	"github.com/isobar-dev/isobar/providers/azure"
	"github.com/isobar-dev/isobar/providers/providertest"
	"github.com/isobar-dev/isobar/spec/diag"
)

// extra is a file that a person has written: it has parameters of main.bicep, and one of its own.
const extra = `targetScope = 'resourceGroup'

/* The stage,
param unused string */
param stage string
param principalId string
param size int = 2 // param other string

var text = '''
param none string
'''
var more = 'a ${stage == 'dev' ? 'b ${size}' : 'c'} }'
`

func TestInclude(t *testing.T) {
	files, diags := included(t, map[string]string{"infra/extra.bicep": extra, "infra/uses-lib.bicep": "module lib 'lib.bicep' = {\n  name: 'lib'\n}\n", "lib.bicep": "param needed string\n"})
	if len(diags) > 0 {
		t.Fatal(diags)
	}
	source, _ := files.Get("main.bicep")
	for _, want := range []string{
		"module includeExtra 'extra.bicep' = {\n  name: '${prefix}-extra'\n  params: {\n    stage: stage\n    principalId: identity.properties.principalId\n  }\n  dependsOn: [\n    settings\n  ]\n}\n",
		"module includeUsesLib 'uses-lib.bicep' = {\n  name: '${prefix}-uses-lib'\n  dependsOn: [\n    settings\n  ]\n}\n",
	} {
		if !strings.Contains(string(source), want) {
			t.Errorf("main.bicep has no\n%s", want)
		}
	}
	if strings.Contains(string(source), "lib.bicep' = {\n  name: '${prefix}-lib'") {
		t.Error("a module of another file is one of main.bicep, too")
	}
	if copied, _ := files.Get("extra.bicep"); string(copied) != extra {
		t.Errorf("extra.bicep is %q", copied)
	}
}

// What cannot become a part of the deployment is refused, at its place in the spec or in the file.
func TestIncludeFailsClearly(t *testing.T) {
	for name, tc := range map[string]struct {
		files map[string]string
		want  string
	}{
		"another language":     {map[string]string{"x.tf": ""}, `isobar.yaml:1:1: error ISO0504: "x.tf" is no name of a module`},
		"a name in upper case": {map[string]string{"Extra.bicep": ""}, `"Extra.bicep" is no name of a module`},
		"a name that is taken": {map[string]string{"a/x.bicep": "", "b/x.bicep": ""}, `"b/x.bicep" has the name of a/x.bicep, but for hyphens`},
		"the template's name":  {map[string]string{"main.bicep": ""}, `"main.bicep" has the name of what is generated`},
		"a bracket":            {map[string]string{"x.bicep": "var a = [\n  1\n"}, `x.bicep:1:9: error ISO0504: this is no Bicep: '[' is not closed`},
		"another bracket":      {map[string]string{"x.bicep": "var a = [}\n"}, `x.bicep:1:10: error ISO0504: this is no Bicep: '}' closes nothing`},
		"a text":               {map[string]string{"x.bicep": "var a = 'b\nvar c = 1\n"}, `x.bicep:1:10: error ISO0504: this is no Bicep: a text does not end on its line`},
		"another scope":        {map[string]string{"x.bicep": "targetScope = 'subscription'\n"}, `x.bicep:1:1: error ISO0504: the scope is "subscription", and that of the app resourceGroup`},
		"an unknown parameter": {map[string]string{"x.bicep": "\n  param colour string\n"}, `x.bicep:2:3: error ISO0504: nothing sets the parameter "colour"`},
		"a module that is not": {map[string]string{"x.bicep": "module m '../m.bicep' = {\n}\n"}, `x.bicep:1:1: error ISO0504: the module "../m.bicep" is not included`},
	} {
		t.Run(name, func(t *testing.T) {
			files, diags := included(t, tc.files)
			if files != nil || len(diags) != 1 || !strings.Contains(diags.String(), tc.want) || diags[0].Hint == "" && !strings.Contains(tc.want, "no Bicep") {
				t.Errorf("got %v and\n%swant %s", files, diags, tc.want)
			}
		})
	}
}

// included lowers an app that includes files.
func included(t *testing.T, files map[string]string) (*artifact.Set, diag.List) {
	t.Helper()
	app := providertest.App(t, []byte("isobar: v1\nname: a\nfunctions: { f: { handler: ./f.F, http: GET / } }\ntargets: { azure: }\n"))
	for _, path := range slices.Sorted(maps.Keys(files)) {
		app.Targets[0].Include = append(app.Targets[0].Include, plan.Include{
			Path: path, Pos: diag.Position{File: "isobar.yaml", Line: 1, Column: 1}, Data: []byte(files[path]),
		})
	}
	return azure.New().Lower(app, app.Targets[0])
}
