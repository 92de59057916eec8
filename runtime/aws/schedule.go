package aws

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"github.com/isobar-dev/isobar/runtime/app"
	"github.com/isobar-dev/isobar/runtime/fn"
)

// occurrence is the input that the generated schedule has. The Scheduler fills it in.
// https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html
type occurrence struct {
	ID            string `json:"id"`
	Schedule      string `json:"schedule"`
	ScheduledTime string `json:"scheduledTime"`
	Attempt       string `json:"attempt"`
}

// schedule takes the occurrences of a schedule. An error fails the invocation, which Lambda then tries again.
func schedule(f *app.Function) invoker {
	return func(ctx context.Context, payload []byte) (any, error) {
		var o occurrence
		if err := json.Unmarshal(payload, &o); err != nil {
			return nil, fmt.Errorf("decoding the occurrence: %w", err)
		}
		scheduled, err := time.Parse(time.RFC3339, o.ScheduledTime)
		if err != nil {
			return nil, fmt.Errorf("decoding the occurrence: %w", err)
		}
		d := app.Delivery{Event: fn.Event{Raw: json.RawMessage(payload)}, Scheduled: scheduled}
		d.Event.Attempt, _ = strconv.Atoi(o.Attempt) // 0, unknown, when it is none
		return nil, f.Deliver(ctx, d)
	}
}
