// Package cron reads five-field unix cron expressions into sets of numbers that can be written in any cloud's dialect.
//
// It accepts what every target can express with the same meaning: *, numbers, names of months and days, lists, ranges, steps.
// It refuses what some read differently: both the day of the month and the day of the week restricted (unix runs on either,
// some clouds on both, some not at all), and the letters L, W, # and ? of Quartz.
package cron

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// The five fields, in the order in which an expression has them.
const (
	Minute = iota
	Hour
	DayOfMonth
	Month
	DayOfWeek
	fieldCount
)

// MaxLength is the longest expression that Parse reads, in bytes.
const MaxLength = 256

// Range is an item of a field's list: the numbers From, From+Step, … up to and including To. A single number has To equal to
// From and a Step of 1. Days of the week count from 0, Sunday, to 6; a 7 has been read as 0.
type Range struct{ From, To, Step int }

// Field is what one field allows.
type Field struct {
	// Any is true for "*": the field restricts nothing.
	Any bool
	// Ranges are the items of the list, as written; empty for "*".
	Ranges []Range
	// Every is the step of "*/n", which then is the only Range; 0 otherwise.
	Every int
}

// Values returns the numbers that the field allows, ascending; none for "*".
func (f Field) Values() []int {
	var v []int
	for _, r := range f.Ranges {
		for n := r.From; n <= r.To; n += r.Step {
			v = append(v, n)
		}
	}
	slices.Sort(v)
	return slices.Compact(v)
}

// Expr is a parsed expression.
type Expr struct {
	Fields [fieldCount]Field
	text   string
}

// String returns the expression with its fields as written, one space between them.
func (e Expr) String() string { return e.text }

// Error says what is wrong with an expression, and where.
type Error struct {
	// Offset is the byte of the expression at which the mistake begins.
	Offset int
	// Message says what is wrong; Hint, which may be empty, how to mend it.
	Message, Hint string
	// Unportable is true when the expression is well-formed somewhere, but does not mean the same on every cloud.
	Unportable bool
}

func (e *Error) Error() string { return e.Message }

type fieldRule struct {
	name     string
	min, max int
	names    []string // the names of min, min+1, …
}

var rules = [fieldCount]fieldRule{
	Minute:     {name: "minute", min: 0, max: 59},
	Hour:       {name: "hour", min: 0, max: 23},
	DayOfMonth: {name: "day of month", min: 1, max: 31},
	Month: {
		name: "month", min: 1, max: 12,
		names: []string{"JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"},
	},
	DayOfWeek: {
		name: "day of week", min: 0, max: 7,
		names: []string{"SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"},
	},
}

var shorthands = map[string]string{
	"@yearly": "0 0 1 1 *", "@annually": "0 0 1 1 *", "@monthly": "0 0 1 * *",
	"@weekly": "0 0 * * 0", "@daily": "0 0 * * *", "@midnight": "0 0 * * *", "@hourly": "0 * * * *",
}

// Parse reads an expression. Its error is always an *Error.
func Parse(s string) (Expr, error) {
	if len(s) > MaxLength {
		return Expr{}, &Error{Message: fmt.Sprintf("a cron expression has at most %d characters", MaxLength)}
	}
	words, offsets := split(s)
	if len(words) == 1 && strings.HasPrefix(words[0], "@") {
		e := &Error{Offset: offsets[0], Message: fmt.Sprintf("%q is not understood by every cloud", words[0]), Unportable: true}
		if five, ok := shorthands[strings.ToLower(words[0])]; ok {
			e.Hint = fmt.Sprintf("write %q", five)
		}
		return Expr{}, e
	}
	if len(words) != fieldCount {
		return Expr{}, &Error{
			Message: fmt.Sprintf("a cron expression has five fields (minute, hour, day of month, month, day of week), this one has %d", len(words)),
			Hint:    fieldsHint(words),
		}
	}
	e := Expr{text: strings.Join(words, " ")}
	for i, w := range words {
		f, err := parseField(rules[i], w)
		if err != nil {
			err.Offset += offsets[i]
			return Expr{}, err
		}
		e.Fields[i] = f
	}
	if !e.Fields[DayOfMonth].Any && !e.Fields[DayOfWeek].Any {
		return Expr{}, &Error{
			Offset:     offsets[DayOfMonth],
			Message:    "the day of month and the day of week are both restricted, which clouds read differently (either, both, or not at all)",
			Hint:       "restrict one and leave the other *, or write two functions",
			Unportable: true,
		}
	}
	if !e.comes() {
		return Expr{}, &Error{Offset: offsets[DayOfMonth], Message: "no such date ever comes", Hint: "check the day of month against the month"}
	}
	return e, nil
}

// comes tells whether any month that the expression allows has a day that it allows.
func (e Expr) comes() bool {
	days, months := e.Fields[DayOfMonth], e.Fields[Month]
	if days.Any || months.Any {
		return true
	}
	longest := [...]int{1: 31, 2: 29, 3: 31, 4: 30, 5: 31, 6: 30, 7: 31, 8: 31, 9: 30, 10: 31, 11: 30, 12: 31}
	first := days.Values()[0]
	return slices.ContainsFunc(months.Values(), func(m int) bool { return first <= longest[m] })
}

func split(s string) (words []string, offsets []int) {
	for i := 0; i < len(s); {
		if s[i] == ' ' || s[i] == '\t' {
			i++
			continue
		}
		end := i
		for end < len(s) && s[end] != ' ' && s[end] != '\t' {
			end++
		}
		words, offsets = append(words, s[i:end]), append(offsets, i)
		i = end
	}
	return words, offsets
}

func parseField(r fieldRule, w string) (Field, *Error) {
	if w == "*" {
		return Field{Any: true}, nil
	}
	var f Field
	offset := 0
	for item := range strings.SplitSeq(w, ",") {
		ranges, every, err := parseItem(r, item)
		if err != nil {
			err.Offset += offset
			return Field{}, err
		}
		if every > 0 && len(item) < len(w) {
			return Field{}, &Error{Offset: offset, Message: fmt.Sprintf("%q in the list of the %s covers more than the list says", item, r.name), Hint: "let it stand alone"}
		}
		f.Ranges, f.Every = append(f.Ranges, ranges...), every
		offset += len(item) + 1
	}
	return f, nil
}

// parseItem reads a number, a range, a range with a step, or "*/n" (whose step it returns as every).
func parseItem(r fieldRule, item string) (ranges []Range, every int, err *Error) {
	if i := strings.IndexAny(item, "LW#?"); i >= 0 && !slices.ContainsFunc(r.names, func(n string) bool { return strings.Contains(strings.ToUpper(item), n) }) {
		return nil, 0, &Error{
			Offset: i, Unportable: true,
			Message: fmt.Sprintf("%q in the %s is not understood by every cloud", item[i:i+1], r.name),
			Hint:    "use numbers, lists, ranges, steps and *",
		}
	}
	span, stepText, hasStep := strings.Cut(item, "/")
	step := 1
	if hasStep {
		n, convErr := strconv.Atoi(stepText)
		if convErr != nil || n < 1 || n > r.max {
			return nil, 0, &Error{Offset: len(span) + 1, Message: fmt.Sprintf("the step %q of the %s is not a number from 1 to %d", stepText, r.name, r.max)}
		}
		step = n
	}
	if span == "*" {
		if !hasStep {
			return nil, 0, &Error{Message: fmt.Sprintf("* in a list of the %s covers the whole list", r.name), Hint: "let * stand alone"}
		}
		last := r.max
		if len(r.names) == 7 {
			last = 6
		}
		return []Range{{r.min, last, step}}, step, nil
	}
	from, to, isRange := strings.Cut(span, "-")
	lo, err := r.number(from)
	if err != nil {
		return nil, 0, err
	}
	hi := lo
	if isRange {
		if hi, err = r.number(to); err != nil {
			err.Offset += len(from) + 1
			return nil, 0, err
		}
	}
	switch {
	case !isRange && hasStep:
		return nil, 0, &Error{Message: fmt.Sprintf("%q has a step but no range", item), Hint: fmt.Sprintf("write \"%s-%d/%s\" or \"*/%s\"", from, r.max, stepText, stepText)}
	case hi < lo:
		return nil, 0, &Error{Message: fmt.Sprintf("the range %q of the %s runs backwards", span, r.name), Hint: "write two ranges in a list"}
	}
	return r.normalise(lo, hi, step), 0, nil
}

// normalise reads Sunday as 0: a range of days that ends in 7 becomes two items.
func (r fieldRule) normalise(lo, hi, step int) []Range {
	if r.max != 7 || hi < 7 {
		return []Range{{lo, hi, step}}
	}
	var ranges []Range
	if lo < 7 {
		last := lo + (6-lo)/step*step
		ranges = append(ranges, Range{lo, last, step})
	}
	if (7-lo)%step == 0 {
		ranges = append(ranges, Range{0, 0, 1})
	}
	return ranges
}

func (r fieldRule) number(s string) (int, *Error) {
	if i := slices.Index(r.names, strings.ToUpper(s)); i >= 0 {
		return r.min + i, nil
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < r.min || n > r.max || s[0] == '+' {
		return 0, &Error{Message: fmt.Sprintf("%q does not fit the %s, which goes from %d to %d", s, r.name, r.min, r.max)}
	}
	return n, nil
}

// fieldsHint says how to write a schedule that is written as one cloud has it.
func fieldsHint(words []string) string {
	first := strings.Join(words, " ")
	switch {
	case strings.HasPrefix(first, "rate(") || strings.HasPrefix(first, "every "):
		return "write an interval as { every: 5m }"
	case strings.HasPrefix(first, "cron(") && len(words) == fieldCount+1:
		return "leave out cron( ) and the year, and write * for ?"
	}
	return `write for example "0 2 * * *" for every day at 02:00`
}
