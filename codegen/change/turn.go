package change

import (
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Turn is a set of ways in which a value changes.
type Turn int

// The ways.
const (
	// Gained: there is a value that there was not, as of a list of who may call.
	Gained Turn = 1 << iota
	// Dropped: there is a value no more, as of a list of what a token must have.
	Dropped
	// Turned: a value became another one.
	Turned
	// Lowered: a number, or a span of time, is less than it was, or there is one where there was none.
	Lowered
	// Off: what was true, or enabled, is so no longer.
	Off
)

// turned tells whether a value took one of the turns.
func (t Turn) turned(before, after *string) bool {
	switch {
	case t&Lowered != 0:
		return after != nil && (before == nil || less(*after, *before))
	case t&Off != 0:
		return isOn(before) && !isOn(after)
	}
	return t&Gained != 0 && after != nil || t&Dropped != 0 && before != nil || t&Turned != 0 && before != nil && after != nil
}

// isOn tells whether a value says that something is there: neither is it absent, nor does it say the contrary.
func isOn(value *string) bool {
	if value == nil {
		return false
	}
	v := strings.ToLower(*value)
	return v != "false" && v != "[]" && v != "{}" && v != "" && v != "suspended" && v != "delete" && !strings.HasSuffix(v, "disabled")
}

// number is a value that is a number, with the unit that may stand behind it: 604800s.
var number = regexp.MustCompile(`^([0-9]+)s?$`)

// less compares numbers and spans. What is neither is less than nothing, and nothing is less.
func less(a, b string) bool {
	x, known := amount(a)
	y, both := amount(b)
	return known && both && x < y
}

func amount(value string) (float64, bool) {
	if m := number.FindStringSubmatch(value); m != nil {
		n, err := strconv.ParseFloat(m[1], 64)
		return n, err == nil
	}
	return span(value)
}

// duration is one of ISO 8601 without years and months, which have no fixed length: P14D, PT1H30M.
var duration = regexp.MustCompile(`^P(?:([0-9]+)D)?(?:T(?:([0-9]+)H)?(?:([0-9]+)M)?(?:([0-9]+)S)?)?$`)

func span(value string) (float64, bool) {
	m := duration.FindStringSubmatch(value)
	if m == nil {
		return 0, false
	}
	seconds := 0.0
	for i, unit := range []time.Duration{24 * time.Hour, time.Hour, time.Minute, time.Second} {
		if n, err := strconv.ParseFloat(m[i+1], 64); err == nil {
			seconds += n * unit.Seconds()
		}
	}
	return seconds, true
}
