package spec

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// FormatDuration writes a span as the spec does: 14d, 1h30m, 45s.
func FormatDuration(d time.Duration) string {
	var b strings.Builder
	for _, u := range []struct {
		unit   time.Duration
		letter byte
	}{{24 * time.Hour, 'd'}, {time.Hour, 'h'}, {time.Minute, 'm'}, {time.Second, 's'}} {
		if n := d / u.unit; n > 0 {
			fmt.Fprintf(&b, "%d%c", n, u.letter)
			d %= u.unit
		}
	}
	if b.Len() == 0 {
		return "0s"
	}
	return b.String()
}

// FormatMemory writes a size as the spec does: 256MiB, 1GiB.
func FormatMemory(mib int) string {
	if mib > 0 && mib%1024 == 0 {
		return strconv.Itoa(mib/1024) + "GiB"
	}
	return strconv.Itoa(mib) + "MiB"
}
