package fn

import "errors"

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

type permanentError struct{ err error }

func (e *permanentError) Error() string { return e.err.Error() }
func (e *permanentError) Unwrap() error { return e.err }
