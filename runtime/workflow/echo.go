package workflow

import (
	"context"

	"github.com/isobar-dev/isobar/spec/asl"
)

// Echo plays tasks that take no time and do not fail: a function returns what it is given, and a topic, a queue or a workflow takes what
// it is sent.
type Echo struct{}

// Call implements Tasks.
func (Echo) Call(_ context.Context, c Call) (Reply, error) {
	if c.Resource.Kind == asl.Function {
		return Reply{Output: c.Input}, nil
	}
	return Reply{Output: map[string]any{}}, nil
}
