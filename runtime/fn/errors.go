package fn

import (
	"errors"
	"strings"
)

// Permanent marks an error that trying again cannot mend: the payload is wrong, the order was cancelled. A host skips the
// remaining attempts where its cloud can, and otherwise lets them run out; either way the event ends in the dead-letter
// queue and is never lost. Permanent(nil) is nil.
func Permanent(err error) error {
	if err == nil {
		return nil
	}
	return &permanentError{err}
}

// IsPermanent tells whether err, or an error that it wraps, was marked by [Permanent].
func IsPermanent(err error) bool {
	_, ok := errors.AsType[*permanentError](err)
	return ok
}

// Named gives an error the name by which the workflow that called a task knows it, in Retry and Catch:
//
//	return out, fn.Named("InvalidOrder", err) // Catch: [{ ErrorEquals: [InvalidOrder], Next: … }]
//
// An error without a name is Transient to a workflow, or Permanent when it was marked so. Names that begin with "States." are those of
// the workflow language itself, and count as none. Named("…", nil) is nil.
func Named(name string, err error) error {
	if err == nil {
		return nil
	}
	return &namedError{name, err}
}

// NameOf returns the name that err, or an error that it wraps, was given by [Named]; empty for none.
func NameOf(err error) string {
	if named, ok := errors.AsType[*namedError](err); ok && !strings.HasPrefix(named.name, "States.") {
		return named.name
	}
	return ""
}

type namedError struct {
	name string
	err  error
}

func (e *namedError) Error() string { return e.err.Error() }
func (e *namedError) Unwrap() error { return e.err }

type permanentError struct{ err error }

func (e *permanentError) Error() string { return e.err.Error() }
func (e *permanentError) Unwrap() error { return e.err }
