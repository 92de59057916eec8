// Package plan turns a validated document into the target-neutral plan of an application: every default resolved, every
// reference followed, everything in name order. All wings lower the same plan, and none of them looks at the spec again.
//
// A value keeps the position that it came from, so that a wing's limit can be reported at the line that passed it.
package plan

import (
	"time"

	"github.com/isobar-dev/isobar/spec"
	"github.com/isobar-dev/isobar/spec/diag"
)

// App is an application, ready to be lowered.
type App struct {
	// Name begins the names of all resources.
	Name string
	Pos  diag.Position
	// BasePath is the prefix of every HTTP path: one to four segments, with a leading slash and no trailing one.
	BasePath Setting[string]
	// CORS is nil when no page of another origin may call the API.
	CORS *CORS
	// Authorizers are the issuers of tokens, in the order of their names.
	Authorizers []Authorizer
	// Memory, in MiB, is that of functions whose memory is shared; a stage may have another.
	Memory Setting[int]
	// Env are the variables that functions share, in the order of their names; a stage may have other values.
	Env []Variable
	// Functions are in the order of their names.
	Functions []Function
	// Queues are in the order of their names, and so are all other resources.
	Queues  []Queue
	Topics  []Topic
	Buckets []Bucket
	Tables  []Table
	Secrets []Secret
	// Workflows are in the order of their names.
	Workflows []Workflow
	// Stages are in the order of their names; none when the spec names none.
	Stages []Stage
	// Targets are in the order of their names.
	Targets []Target
}

// Setting is a value with its origin.
type Setting[T any] struct {
	Value T
	// Pos is where the spec gives the value; for a default, what it is a default of.
	Pos diag.Position
	// Explicit is true when the spec gives the value, and false for a default of the language.
	Explicit bool
}

// Target is a cloud to generate for.
type Target struct {
	Name string
	Pos  diag.Position
	// Settings are the wing's to decode.
	Settings spec.Raw
	// Overlay are changes to generated resources, in the order of the spec.
	Overlay []Patch
	// Include are files that become part of what is generated, in the order of the spec.
	Include []Include
}

// Patch is a change to one generated resource.
type Patch struct {
	// Resource is the name that the resource has in the generated files.
	Resource string
	Pos      diag.Position
	// Change is a merge patch (https://www.rfc-editor.org/rfc/rfc7396).
	Change spec.Node
}

// Include is a file of a cloud's own language.
type Include struct {
	// Path is relative to the spec, slash-separated and clean.
	Path string
	Pos  diag.Position
	// Data is the file's content.
	Data []byte
}

// CORS says which pages of other origins may call the API.
type CORS struct {
	Pos                               diag.Position
	Origins, Methods, Headers, Expose []string
	Credentials                       bool
	MaxAge                            time.Duration
}

// Authorizer is an issuer of tokens.
type Authorizer struct {
	Name     string
	Pos      diag.Position
	Issuer   string
	Audience []string
}

// Function returns the function of a name, or nil.
func (a *App) Function(name string) *Function {
	for i := range a.Functions {
		if a.Functions[i].Name == name {
			return &a.Functions[i]
		}
	}
	return nil
}
