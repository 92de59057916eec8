package cron

import (
	"fmt"
	"strings"
	"time"
)

// Every returns the expression that fires at a fixed interval, on the clock (every 15 minutes is at :00, :15, :30 and :45), so
// that it fires at the same moments on every cloud. That needs an interval that divides the hour, or is whole hours that divide
// the day. Its error is always an *Error.
func Every(interval time.Duration) (Expr, error) {
	minutes := int(interval / time.Minute)
	hours := minutes / 60
	switch {
	case interval == 0 || interval%time.Minute != 0:
		return Expr{}, &Error{Message: "an interval is a whole number of minutes, at least one", Hint: "the finest schedule that every cloud has is one minute"}
	case minutes == 1:
		return Parse("* * * * *")
	case minutes < 60 && 60%minutes == 0:
		return Parse(fmt.Sprintf("*/%d * * * *", minutes))
	case minutes == 60:
		return Parse("0 * * * *")
	case minutes%60 == 0 && hours < 24 && 24%hours == 0:
		return Parse(fmt.Sprintf("0 */%d * * *", hours))
	case hours == 24 && minutes%60 == 0:
		return Parse("0 0 * * *")
	}
	return Expr{}, &Error{
		Message:    fmt.Sprintf("%s does not divide the hour or the day, and clouds count such an interval from different moments", short(interval)),
		Hint:       "use 1, 2, 3, 4, 5, 6, 10, 12, 15, 20 or 30 minutes, 1, 2, 3, 4, 6, 8 or 12 hours, 1 day, or a cron expression",
		Unportable: true,
	}
}

// short writes whole minutes without their zero seconds: 7m, 1h30m.
func short(d time.Duration) string {
	s := strings.TrimSuffix(d.String(), "0s")
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}
