// Package packaging turns a generated tree and the app's Go code into the artifact that a target takes: a zip that holds an
// executable, or one that holds source to be compiled there. Which of the two, and what else is in it, a wing says with a Recipe;
// this package knows no target by name.
//
// The same source gives the same bytes: on any machine, in any folder, whatever the files' times. The artifact's name has the
// hash of its content, so that a deployment that takes the name as its key changes nothing when nothing has changed.
package packaging

import (
	"github.com/isobar-dev/isobar/codegen/artifact"
	"github.com/isobar-dev/isobar/codegen/plan"
)

// Recipe is what a wing says of its artifact. All paths are separated by slashes, and relative to the target's generated tree.
type Recipe struct {
	// Package is the folder of the entrypoint.
	Package string
	// Executable is what the compiled entrypoint is called at the root of the artifact. It is empty when the artifact is source:
	// then the entrypoint's package is the root of a module of its own, with all that it imports in vendor/.
	Executable string
	// Arch is the processor to compile for, as GOARCH names it. The system is always Linux.
	Arch string
	// Tags are the build tags, sorted.
	Tags []string
	// Files is the folder of generated files that stand beside the executable; empty for none.
	Files string
	// Parameters of the generated infrastructure.
	Parameters Parameters
	// Limit is what the target takes at most.
	Limit Limit
}

// Limit is how large an artifact may be, unpacked.
type Limit struct {
	// Bytes is 0 where there is no limit.
	Bytes int64
	// Source is the vendor's page.
	Source string
}

// Parameters are the names by which generated infrastructure takes what a build decides; empty where it takes no such thing.
type Parameters struct {
	// Artifact takes the name of the artifact's file, and Stage the stage.
	Artifact, Stage string
}

// Job is one target's part of a build.
type Job struct {
	// App is what the tree was generated from.
	App *plan.App
	// Target is the target's name.
	Target string
	// Dir is the folder of the spec, in which the go command runs.
	Dir string
	// Tree is the target's generated tree on disk, which holds Generated.
	Tree      string
	Generated *artifact.Set
	// Out is the folder for the artifact. It need not exist.
	Out    string
	Recipe Recipe
	// Stamp has executables name the revision of the version control that they were built from; with it, artifacts of
	// different revisions differ even where their source does not.
	Stamp bool
	// Report is told what the job does now, a word or two at a time. Jobs call it side by side.
	Report func(target, step string)
}

// Artifact is what a job made.
type Artifact struct {
	Target string
	// File is the zip's path, and SBOM that of its bill of materials (CycloneDX 1.6, JSON).
	File, SBOM string
	// Folder is where the artifact's source lies unpacked; empty for an executable.
	Folder string
	// Size is in bytes, and SHA256 in lower-case hexadecimal; both are of the zip.
	Size   int64
	SHA256 string
	// Modules are those that the entrypoint links, sorted by path, without the app's own.
	Modules []Module
	// Previous is the size of the artifact of the build before, in bytes; 0 if there was none.
	Previous int64
	// Unchanged is true when the build before made the same artifact.
	Unchanged bool
}

// Module is a Go module in an artifact.
type Module struct {
	Path string `json:"path"`
	// Version is empty for a module that is taken from a folder.
	Version string `json:"version,omitempty"`
}
