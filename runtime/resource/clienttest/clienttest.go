// Package clienttest is the suite that the clients of every cloud pass, and those in memory: what a handler does with its resources
// means the same everywhere.
package clienttest

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/isobar-dev/isobar/runtime/resource"
	"github.com/isobar-dev/isobar/runtime/resource/memory"
	"github.com/isobar-dev/isobar/runtime/resource/resourcetest"
)

// Harness is a cloud, or what stands in for it, with the resources of [Spec]. A kind that it has no driver for is skipped.
type Harness struct {
	Drivers resource.Drivers
	// Lookup finds what the cloud calls a resource, by the variable that the wing would set.
	Lookup func(variable string) string
	// Received returns the messages that a consumer of a queue, or of a topic, got since it was called last, or the inputs of the
	// executions of a workflow that were started; it waits for as many as are wanted.
	Received func(t *testing.T, kind resource.Kind, name string, want int) []memory.Message
	// Secret is the value of the secret token.
	Secret string
	// Missing are what the stand-in, and not the cloud, cannot do, by the names of subtests, with the reason.
	Missing map[string]string
}

// Run runs the suite.
func Run(t *testing.T, h Harness) {
	file := filepath.Join(t.TempDir(), "isobar.yaml")
	if err := os.WriteFile(file, []byte(Spec), 0o600); err != nil {
		t.Fatal(err)
	}
	r := resourcetest.NewWith(t, file, h.Drivers, h.Lookup)
	for _, part := range []struct {
		name string
		has  bool
		run  func(*suite)
	}{
		{"bucket", h.Drivers.Bucket != nil, (*suite).bucket},
		{"table", h.Drivers.Table != nil, (*suite).table},
		{"idempotency", h.Drivers.Table != nil, (*suite).idempotency},
		{"queue", h.Drivers.Queue != nil, (*suite).queue},
		{"topic", h.Drivers.Topic != nil, (*suite).topic},
		{"secret", h.Drivers.Secret != nil, (*suite).secret},
		{"workflow", h.Drivers.Start != nil, (*suite).workflow},
		{"access", true, (*suite).access},
	} {
		t.Run(part.name, func(t *testing.T) {
			if !part.has {
				t.Skipf("NOT TESTED here: there is no driver for a %s", part.name)
			}
			part.run(&suite{t, r, h, part.name})
		})
	}
}

type suite struct {
	*testing.T
	resources *resourcetest.Resources
	Harness
	name string
}

// all is the context of the function that may do everything.
func (s *suite) all() context.Context { return s.resources.Context("all") }

// run runs one case, unless the stand-in cannot do it.
func (s *suite) run(name string, test func(t *testing.T)) {
	s.Run(name, func(t *testing.T) {
		if why := s.Missing[s.name+"/"+name]; why != "" {
			t.Skip("NOT TESTED here: " + why)
		}
		test(t)
	})
}
