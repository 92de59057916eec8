// Package providers is the seam between the target-neutral plan and the wings, one for each cloud.
package providers

import (
	"github.com/isobar-dev/isobar/codegen/access"
	"github.com/isobar-dev/isobar/codegen/artifact"
	"github.com/isobar-dev/isobar/codegen/packaging"
	"github.com/isobar-dev/isobar/codegen/plan"
	"github.com/isobar-dev/isobar/codegen/portability"
	"github.com/isobar-dev/isobar/spec"
	"github.com/isobar-dev/isobar/spec/diag"
)

// Provider is a wing: all that Isobar knows of one cloud.
type Provider interface {
	Reader
	// Name is the target's name in the spec: aws.
	Name() string
	// Capabilities is what the cloud can do of what a spec can ask. It has a row for every key.
	Capabilities() portability.Table
	// Permissions is how the cloud grants what functions can do. It has a row for every key.
	Permissions() access.Table
	// Lower turns an app into the files of its deployment, whose paths are relative to deploy/<target>/. It is a pure
	// function of its arguments. The target is the cloud's part of the spec, whose settings Lower decodes strictly; the diagnostics
	// are about it alone, and with errors among them the set is nil. An app that asks for what Capabilities refuses is
	// lowered too, so that everything is said at once; its files are thrown away.
	Lower(app *plan.App, target plan.Target) (*artifact.Set, diag.List)
	// Grants lists every permission that the files of Lower give, in the order of the files, each with the line of the spec that
	// asks for it. The target is sound.
	Grants(app *plan.App, target plan.Target) []access.Grant
	// Package says what an app's artifact is made of, given the target's part of the spec. It is a pure function too, and its
	// diagnostics are those that Lower has for the same settings.
	Package(settings spec.Raw) (packaging.Recipe, diag.List)
}
