package aws

import (
	"github.com/isobar-dev/isobar/codegen/packaging"
	"github.com/isobar-dev/isobar/spec"
	"github.com/isobar-dev/isobar/spec/diag"
)

// architectures are the names that Lambda and Go have for the same processors.
// https://docs.aws.amazon.com/lambda/latest/dg/foundation-arch.html
var architectures = map[string]string{"arm64": "arm64", "x86_64": "amd64"}

// Package is a zip with the executable bootstrap, which every function runs.
// https://docs.aws.amazon.com/lambda/latest/dg/golang-package.html
func (Wing) Package(raw spec.Raw) (packaging.Recipe, diag.List) {
	s, diags := decode(raw)
	return packaging.Recipe{
		Package:    "bootstrap",
		Executable: "bootstrap",
		Arch:       architectures[s.Architecture.Value],
		Tags:       []string{"disable_grpc_modules", "grpcnotrace", "lambda.norpc"},
		Parameters: packaging.Parameters{Artifact: "ArtifactKey", Stage: "Stage"},
		Limit:      packaging.Limit{Bytes: 250 << 20, Source: "https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html"},
	}, diags
}
