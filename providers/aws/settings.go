package aws

import (
	"cmp"

	"github.com/isobar-dev/isobar/providers/aws/internal/cfn"
	"github.com/isobar-dev/isobar/spec"
	"github.com/isobar-dev/isobar/spec/diag"
)

// settings is targets.aws of the spec.
type settings struct {
	Pos diag.Position `yaml:"-"`

	// Region is the only region that the template may be deployed to; any one unless set.
	Region spec.Text `yaml:"region" jsonschema:"pattern=^[a-z]+(-[a-z]+)+-[0-9]$"`
	// Architecture is the functions' processor: arm64, the cheaper one, unless set.
	Architecture spec.Text `yaml:"architecture" jsonschema:"enum=arm64,enum=x86_64"`
}

func decode(raw spec.Raw) (settings, diag.List) {
	var s settings
	diags := raw.Decode(&s)
	s.Architecture.Value = cmp.Or(s.Architecture.Value, "arm64")
	return s, diags
}

// rules hold a deployment to the spec's region: a template has no region of its own, it is where the stack is.
func (s settings) rules() []cfn.Rule {
	if !s.Region.IsSet() {
		return nil
	}
	return []cfn.Rule{{
		ID:          "Region",
		Assert:      cfn.Map{{"Fn::Equals", cfn.List{cfn.Ref("AWS::Region"), cfn.String(s.Region.Value)}}},
		Description: "The spec wants the region " + s.Region.Value + ".",
	}}
}
