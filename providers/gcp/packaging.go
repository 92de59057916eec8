package gcp

import (
	"github.com/isobar-dev/isobar/codegen/packaging"
	"github.com/isobar-dev/isobar/spec"
	"github.com/isobar-dev/isobar/spec/diag"
)

// Package is a zip of source, which Cloud Build compiles without build tags.
// https://cloud.google.com/functions/docs/writing#directory-structure-go
func (Wing) Package(raw spec.Raw) (packaging.Recipe, diag.List) {
	_, diags := decode(raw)
	return packaging.Recipe{
		Package:    "function",
		Arch:       "amd64",
		Parameters: packaging.Parameters{Artifact: "artifact_object", Stage: "stage"},
	}, diags
}
