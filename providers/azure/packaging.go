package azure

import (
	"github.com/isobar-dev/isobar/codegen/packaging"
	"github.com/isobar-dev/isobar/spec"
	"github.com/isobar-dev/isobar/spec/diag"
)

// Package is a zip with host.json, a folder for each function, and the custom handler. Flex Consumption runs on x64.
// https://learn.microsoft.com/azure/azure-functions/functions-custom-handlers#deploying
func (Wing) Package(raw spec.Raw) (packaging.Recipe, diag.List) {
	_, diags := decode(raw)
	return packaging.Recipe{
		Package:    "handler",
		Executable: executable,
		Arch:       "amd64",
		Tags:       []string{"disable_grpc_modules", "grpcnotrace"},
		Files:      "package",
		Parameters: packaging.Parameters{Stage: "stage"},
	}, diags
}
