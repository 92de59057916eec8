package azure

import (
	"strconv"
	"time"

	"github.com/isobar-dev/isobar/codegen/plan"
	"github.com/isobar-dev/isobar/providers/azure/internal/bicep"
	"github.com/isobar-dev/isobar/spec/cron"
)

// timerTrigger calls the handler at set times, in UTC. Its host remembers the last call (useMonitor), so that one which was
// missed while no instance ran is made up for.
// https://learn.microsoft.com/azure/azure-functions/functions-bindings-timer
type timerTrigger struct {
	binding
	Schedule     string `json:"schedule"`
	RunOnStartup bool   `json:"runOnStartup"`
	UseMonitor   bool   `json:"useMonitor"`
}

// retry is a policy for failed calls; without one a failed tick is lost.
// https://learn.microsoft.com/azure/azure-functions/functions-bindings-error-pages#retry-policies
type retry struct {
	Strategy      string `json:"strategy"`
	MaxRetryCount int    `json:"maxRetryCount"`
	DelayInterval string `json:"delayInterval"`
}

// retryDelay is how long the host waits before it tries again.
const retryDelay = time.Minute

// retryOf is the policy that makes a number of attempts in all. The runtime counts by it: see minRetries.
func retryOf(attempts int) *retry {
	return &retry{Strategy: "fixedDelay", MaxRetryCount: attempts - 1, DelayInterval: clock(retryDelay)}
}

func scheduleFunction(f plan.Triggered[plan.Schedule]) functionFile {
	return functionFile{
		Bindings: []any{timerTrigger{
			binding:    binding{Type: "timerTrigger", Direction: "in", Name: "timer"},
			Schedule:   ncrontab(f.On.Expr),
			UseMonitor: true,
		}},
		Retry: retryOf(f.Attempts.Value),
	}
}

// schedule is the queue of ticks that the function has failed to handle. The schedule itself is in function.json.
func (l *lowering) schedule(f plan.Triggered[plan.Schedule]) bicep.File {
	return l.deadLetters(nil, f.Function)
}

// ncrontab writes an expression with the field for seconds that Azure has before the others: "0 0 2 * * *". A range, a step and
// the numbers of days mean the same there.
// https://learn.microsoft.com/azure/azure-functions/functions-bindings-timer#ncrontab-expressions
func ncrontab(e cron.Expr) string {
	b := []byte{'0'}
	for _, f := range e.Fields {
		b = append(b, ' ')
		b = appendField(b, f)
	}
	return string(b)
}

func appendField(b []byte, f cron.Field) []byte {
	if f.Any {
		return append(b, '*')
	}
	if f.Every > 0 {
		return strconv.AppendInt(append(b, "*/"...), int64(f.Every), 10)
	}
	for i, r := range f.Ranges {
		if i > 0 {
			b = append(b, ',')
		}
		b = strconv.AppendInt(b, int64(r.From), 10)
		if r.To == r.From {
			continue
		}
		b = strconv.AppendInt(append(b, '-'), int64(r.To), 10)
		if r.Step > 1 {
			b = strconv.AppendInt(append(b, '/'), int64(r.Step), 10)
		}
	}
	return b
}
