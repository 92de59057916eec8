package memory_test

import (
	"testing"

	"github.com/isobar-dev/isobar/runtime/resource/clienttest"
)

func TestSuite(t *testing.T) { clienttest.Run(t, clienttest.InMemory()) }
