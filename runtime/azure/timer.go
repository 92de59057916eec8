package azure

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/isobar-dev/isobar/runtime/app"
)

// timerSlack is how early a timer may fire.
const timerSlack = 2 * time.Second

// timerCall is a call of a timer, whose binding is called timer.
// https://learn.microsoft.com/azure/azure-functions/functions-bindings-timer#usage
type timerCall struct {
	Data struct {
		Timer json.RawMessage `json:"timer"`
	}
	Metadata struct {
		Sys struct {
			UtcNow time.Time
		} `json:"sys"`
		RetryContext retry
	}
}

// occurrence decodes a tick. Azure does not say for which moment it is when the schedule has not run before; then it is the
// current minute, as schedules have no seconds.
func occurrence(body []byte) (call, error) {
	var c timerCall
	if err := json.Unmarshal(body, &c); err != nil {
		return call{}, err
	}
	if len(c.Data.Timer) == 0 {
		return call{}, errors.New("there is no data for the binding timer")
	}
	// The status is null until the schedule has run once. Next is the moment that is running.
	var timer struct{ ScheduleStatus *struct{ Next string } }
	if err := json.Unmarshal(c.Data.Timer, &timer); err != nil {
		return call{}, fmt.Errorf("the data of the binding timer: %w", err)
	}
	if c.Metadata.Sys.UtcNow.IsZero() {
		return call{}, errors.New("the metadata does not tell the time")
	}
	// A timer may fire a moment early.
	now := c.Metadata.Sys.UtcNow.Add(timerSlack)
	scheduled := now.Truncate(time.Minute)
	if s := timer.ScheduleStatus; s != nil {
		if next := moment(s.Next); !next.IsZero() && !next.After(now) {
			scheduled = next
		}
	}
	d := app.Delivery{Scheduled: scheduled}
	d.Event.Raw = json.RawMessage(body)
	return one(d, c.Metadata.RetryContext, c.Data.Timer), nil
}
