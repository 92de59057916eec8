package azure

import (
	"github.com/isobar-dev/isobar/spec"
	"github.com/isobar-dev/isobar/spec/diag"
)

// settings are what the spec says under targets.azure.
type settings struct {
	Pos diag.Position `yaml:"-"`

	// Location is the region to deploy to, as `az functionapp list-flexconsumption-locations` names it: westeurope. The
	// resource group's own unless set; either way it is a parameter of the deployment.
	Location spec.Text `yaml:"location" jsonschema:"pattern=^[a-z]+[0-9]?(euap)?$"`
}

func decode(raw spec.Raw) (settings, diag.List) {
	var s settings
	diags := raw.Decode(&s)
	return s, diags
}
