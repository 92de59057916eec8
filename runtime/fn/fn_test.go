package fn_test

import (
	"errors"
	"fmt"
	"io"
	"testing"

	"github.com/isobar-dev/isobar/runtime/fn"
)

func TestPermanent(t *testing.T) {
	if fn.Permanent(nil) != nil {
		t.Error("nil is an error")
	}
	err := fmt.Errorf("order 7: %w", fn.Permanent(io.EOF))
	if !fn.IsPermanent(err) || !errors.Is(err, io.EOF) || err.Error() != "order 7: EOF" {
		t.Errorf("%v is permanent: %v", err, fn.IsPermanent(err))
	}
	if fn.IsPermanent(io.EOF) || fn.IsPermanent(nil) {
		t.Error("what was not marked is permanent")
	}
}
