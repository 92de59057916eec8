package spec

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"

	"github.com/isobar-dev/isobar/spec/diag"
)

// Text is a string of the spec.
type Text struct {
	Value string
	Pos   diag.Position
	quote int // how many characters stand before the first of Value in the file
}

// At returns the position of the byte of Value at offset, exact for text on one line without escapes.
func (t Text) At(offset int) diag.Position {
	p := t.Pos
	p.Column += t.quote + len([]rune(t.Value[:min(offset, len(t.Value))]))
	return p
}

// IsSet tells whether the spec has the value, and a usable one.
func (t Text) IsSet() bool { return t.Value != "" }

// Int is a whole number of the spec.
type Int struct {
	Value int
	Pos   diag.Position
}

// IsSet tells whether the spec has the value, and a usable one.
func (i Int) IsSet() bool { return i.Value != 0 }

// Duration is a time span of the spec: 30s, 5m, 1h30m, 14d. It is whole seconds, at most ten years.
type Duration struct {
	Value time.Duration
	Pos   diag.Position
}

// IsSet tells whether the spec has the value, and a usable one.
func (d Duration) IsSet() bool { return d.Value != 0 }

// Memory is a size of the spec: 256MiB, 1GiB.
type Memory struct {
	MiB int
	Pos diag.Position
}

// IsSet tells whether the spec has the value, and a usable one.
func (m Memory) IsSet() bool { return m.MiB != 0 }

// Bool is a yes or no of the spec: true or false.
type Bool struct {
	Value bool
	Pos   diag.Position
}

// IsSet tells whether the spec has the value, and a usable one.
func (b Bool) IsSet() bool { return !b.Pos.IsZero() }

// List is a list of values. Of a single text, the text alone will do.
type List[T any] []T

// Map is a mapping from names to values, in the order of the file.
type Map[T any] []Entry[T]

// Entry is a name of a Map with its value.
type Entry[T any] struct {
	Name  string
	Pos   diag.Position
	Value T
}

// Get returns the entry of a name, or nil.
func (m Map[T]) Get(name string) *Entry[T] {
	for i := range m {
		if m[i].Name == name {
			return &m[i]
		}
	}
	return nil
}

// Names returns the names in the order of the file.
func (m Map[T]) Names() []string {
	names := make([]string, len(m))
	for i, e := range m {
		names[i] = e.Name
	}
	return names
}

// Raw is a part of the spec that its owner decodes.
type Raw struct {
	Pos  diag.Position
	node *yaml.Node
	// beside are the keys that stand beside those of the raw part, in the same mapping.
	beside []string
}

// Decode reads the raw part into a struct of the types of this package, as strictly as Parse does. An absent or empty part
// decodes as an empty mapping, so that missing keys are still reported.
func (r Raw) Decode(into any) diag.List {
	d := decoder{file: r.Pos.File, budget: maxValues, beside: r.beside}
	d.decode(r.node, r.Pos, into, "")
	return d.diags
}

const maxDuration = 10 * 365 * 24 * time.Hour

// ParseDuration reads a span such as 90s, 5m, 1h30m or 14d.
func ParseDuration(s string) (time.Duration, error) {
	units := map[byte]time.Duration{'d': 24 * time.Hour, 'h': time.Hour, 'm': time.Minute, 's': time.Second}
	var sum time.Duration
	largest := time.Duration(math.MaxInt64)
	for rest := s; rest != ""; {
		end := strings.IndexFunc(rest, func(r rune) bool { return r < '0' || r > '9' })
		if end < 1 {
			return 0, errDuration
		}
		n, err := strconv.Atoi(rest[:end])
		unit, ok := units[rest[end]]
		if err != nil || !ok || unit >= largest || time.Duration(n) > maxDuration/unit {
			return 0, errDuration
		}
		largest, rest = unit, rest[end+1:]
		sum += time.Duration(n) * unit
	}
	if sum <= 0 || sum > maxDuration {
		return 0, errDuration
	}
	return sum, nil
}

var errDuration = fmt.Errorf("not a duration")

// maxMiB is the largest size, a tebibyte.
const maxMiB = 1 << 20

// ParseMemory reads a size such as 256MiB or 1GiB, and returns MiB.
func ParseMemory(s string) (int, error) {
	for _, unit := range []struct {
		suffix string
		mib    int
	}{{"MiB", 1}, {"GiB", 1024}} {
		digits, ok := strings.CutSuffix(s, unit.suffix)
		if !ok || digits == "" || strings.Trim(digits, "0123456789") != "" {
			continue
		}
		if n, err := strconv.Atoi(digits); err == nil && n > 0 && n <= maxMiB/unit.mib {
			return n * unit.mib, nil
		}
	}
	return 0, fmt.Errorf("not a size")
}
