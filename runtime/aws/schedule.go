package aws

import (
	"encoding/json"
	"time"

	"github.com/isobar-dev/isobar/runtime/app"
	"github.com/isobar-dev/isobar/runtime/fn"
)

// occurrence reads an occurrence of a schedule: ScheduleInput, filled in. Its attempt counts how often the Scheduler tried to hand it
// over, and not how often it was handled.
func occurrence(body []byte) ([]app.Delivery, error) {
	var o struct {
		ScheduledTime string `json:"scheduledTime"`
	}
	if err := json.Unmarshal(body, &o); err != nil {
		return nil, err
	}
	scheduled, err := time.Parse(time.RFC3339, o.ScheduledTime)
	if err != nil {
		return nil, err
	}
	return []app.Delivery{{Event: fn.Event{Raw: json.RawMessage(body)}, Scheduled: scheduled}}, nil
}
