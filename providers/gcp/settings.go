package gcp

import (
	"github.com/isobar-dev/isobar/providers/gcp/internal/hcl"
	"github.com/isobar-dev/isobar/spec"
	"github.com/isobar-dev/isobar/spec/diag"
)

// settings is targets.gcp of the spec. Both are variables of the module, and these their defaults.
type settings struct {
	Pos diag.Position `yaml:"-"`

	// Project is the ID of the project to deploy to: https://cloud.google.com/resource-manager/docs/creating-managing-projects
	Project spec.Text `yaml:"project" jsonschema:"pattern=^[a-z][a-z0-9-]{4}[a-z0-9-]*[a-z0-9]$"`
	// Region is where everything is deployed: europe-west1.
	Region spec.Text `yaml:"region" jsonschema:"pattern=^[a-z]+-[a-z]+[0-9]+$"`
}

func decode(raw spec.Raw) (settings, diag.List) {
	var s settings
	diags := raw.Decode(&s)
	return s, diags
}

// variables are what a deployment chooses. The artifact has no default, as none could be true.
func (m *module) variables() []hcl.Block {
	blocks := []hcl.Block{
		variable("project", "The ID of the project to deploy to.", "string", defaultOf(m.settings.Project)),
		variable("region", "The region to deploy to.", "string", defaultOf(m.settings.Region)),
		variable("stage", "The stage, which is part of all names.", "string", hcl.Str("dev"), hcl.Block{Type: "validation", Body: []hcl.Item{
			hcl.Attr{Name: "condition", Value: hcl.Call{Name: "can", Args: []hcl.Value{
				hcl.Call{Name: "regex", Args: []hcl.Value{hcl.Str(spec.StagePattern), hcl.Ref("var.stage")}},
			}}},
			hcl.Attr{Name: "error_message", Value: hcl.Str("A stage is one to eight lower-case letters and digits, a letter first.")},
		}}),
		variable("artifact_bucket", "The Cloud Storage bucket that holds the functions' source as a zip.", "string", nil),
		variable("artifact_object", "The zip's name in the bucket. Choose a new name for new code: functions are built anew only then.", "string", nil),
	}
	if m.app.HasDeadLetters() {
		blocks = append(blocks, variable("notification_channels", "The IDs of the notification channels that are told of dead letters.",
			"list(string)", hcl.List{}))
	}
	return append(blocks, m.stageVariables()...)
}

// variable declares one. Its type is the program's own text.
func variable(name, description string, kind hcl.Ref, fallback hcl.Value, more ...hcl.Item) hcl.Block {
	body := []hcl.Item{
		hcl.Attr{Name: "description", Value: hcl.Str(description)},
		hcl.Attr{Name: "type", Value: kind},
		hcl.Attr{Name: "default", Value: fallback},
	}
	return hcl.Block{Type: "variable", Labels: []string{name}, Body: append(body, more...)}
}

func defaultOf(t spec.Text) hcl.Value {
	if !t.IsSet() {
		return nil
	}
	return hcl.Str(t.Value)
}
