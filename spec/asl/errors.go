package asl

import (
	"maps"
	"slices"
	"strings"
)

// The names of errors that a workflow raises itself, and of those that a function's errors have which give no name.
const (
	// ErrAll in a retrier or a catcher stands for every error but States.Runtime and States.DataLimitExceeded, which nothing catches.
	ErrAll = "States.ALL"
	// ErrTaskFailed in a retrier or a catcher stands for what ErrAll does, but not for a timeout.
	ErrTaskFailed = "States.TaskFailed"
	// ErrTimeout is raised by a task, or an execution, that takes longer than its TimeoutSeconds.
	ErrTimeout = "States.Timeout"
	// ErrRuntime is raised by an input that a state cannot work with: a path that is not there, a value of the wrong type.
	ErrRuntime = "States.Runtime"
	// ErrDataLimit is raised by an input, an output or a result of more than 256 KiB.
	ErrDataLimit = "States.DataLimitExceeded"
	// ErrResultPath is raised by a result that cannot be put where ResultPath says.
	ErrResultPath = "States.ResultPathMatchFailure"
	// ErrIntrinsic is raised by an intrinsic function that cannot work with its arguments.
	ErrIntrinsic = "States.IntrinsicFailure"
	// ErrNoChoice is raised by a Choice without a Default of which no rule holds.
	ErrNoChoice = "States.NoChoiceMatched"
	// ErrTransient is the name of an error that a function gave no name, of a panic, and of a call that a cloud could not make.
	ErrTransient = "Transient"
	// ErrPermanent is the name of a permanent error that a function gave no name.
	ErrPermanent = "Permanent"
)

// reserved begins the names of the language's own errors.
const reserved = "States."

// errorNames are the language's own errors. A reason says why an error never comes to a retrier or a catcher.
var errorNames = map[string]struct{ never string }{
	ErrAll:        {},
	ErrTaskFailed: {},
	ErrTimeout:    {},
	ErrResultPath: {},
	ErrIntrinsic:  {},
	ErrNoChoice:   {},
	ErrRuntime:    {"it ends the execution, nothing retries or catches it"},
	ErrDataLimit:  {"it ends the execution, nothing retries or catches it"},

	"States.HeartbeatTimeout":                {"a call of a function has no heartbeats"},
	"States.ParameterPathFailure":            {"a path that is not there is " + ErrRuntime + ", which ends the execution"},
	"States.BranchFailed":                    {"a branch that fails has its own error"},
	"States.Permissions":                     {"what a workflow calls, it may call"},
	"States.ExceedToleratedFailureThreshold": {whyDistributed},
	"States.ItemReaderFailed":                {whyDistributed},
	"States.ResultWriterFailed":              {whyDistributed},
	"States.QueryEvaluationError":            {whyJSONata},
}

// MatchesError tells whether a retrier or a catcher that lists names is for an error.
func MatchesError(names []Text, err string) bool {
	if err == ErrRuntime || err == ErrDataLimit {
		return false
	}
	return slices.ContainsFunc(names, func(n Text) bool {
		return n.Value == err || n.Value == ErrAll || n.Value == ErrTaskFailed && err != ErrTimeout
	})
}

func isReserved(name string) bool { return strings.HasPrefix(name, reserved) }

func reservedNames() []string { return slices.Sorted(maps.Keys(errorNames)) }
