package aws_test

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/isobar-dev/isobar/codegen/plan"
	"github.com/isobar-dev/isobar/providers/aws"
	"github.com/isobar-dev/isobar/spec"
	"github.com/isobar-dev/isobar/spec/cron"
)

func TestScheduleExpressions(t *testing.T) {
	for _, tc := range []struct{ cron, want string }{
		{"* * * * *", "cron(* * * * ? *)"},
		{"0 2 * * *", "cron(0 2 * * ? *)"},
		{"*/15 * * * *", "cron(0/15 * * * ? *)"},
		{"0 */6 1 */3 *", "cron(0 0/6 1 1/3 ? *)"},
		{"0 0 */10 * *", "cron(0 0 1/10 * ? *)"},
		{"30 8 * * MON-FRI", "cron(30 8 ? * MON-FRI *)"},
		{"30 8 * * 0", "cron(30 8 ? * SUN *)"},
		{"30 8 * * 5-7", "cron(30 8 ? * SUN,FRI,SAT *)"},
		{"30 8 * * */2", "cron(30 8 ? * SUN,TUE,THU,SAT *)"},
		{"0,1,2,30 8 * JAN,MAR *", "cron(0-2,30 8 * 1,3 ? *)"},
		{"5-59/20 1,2 * * *", "cron(5,25,45 1,2 * * ? *)"},
	} {
		if got := schedule(t, tc.cron); got != tc.want {
			t.Errorf("%s is %s, want %s", tc.cron, got, tc.want)
		}
	}
}

// The Scheduler takes 256 characters, which no expression needs: not even the one with as many items as there can be.
func TestLongestScheduleExpression(t *testing.T) {
	pairs := func(first, last int) string {
		var items []string
		for n := first; n <= last; n++ {
			if (n-first)%3 != 2 {
				items = append(items, strconv.Itoa(n))
			}
		}
		return strings.Join(items, ",")
	}
	const longest = 256
	got := schedule(t, strings.Join([]string{pairs(0, 59), pairs(0, 23), pairs(1, 31), pairs(1, 12), "*"}, " "))
	if len(got) > longest {
		t.Errorf("%d characters: %s", len(got), got)
	}
}

// Read as the Scheduler documents its dialect, an expression has the moments that the spec's has.
func TestScheduleExpressionsMeanTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		days := rapid.Bool().Draw(t, "days")
		fields := []string{field(t, 0, 59), field(t, 0, 23), "*", field(t, 1, 12), "*"}
		if days {
			fields[2] = field(t, 1, 28)
		} else {
			fields[4] = field(t, 0, 6)
		}
		text := strings.Join(fields, " ")
		want, err := cron.Parse(text)
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		got := strings.Fields(strings.TrimSuffix(strings.TrimPrefix(schedule(t, text), "cron("), ")"))
		if len(got) != 6 || got[5] != "*" || (got[2] == "?") == (got[4] == "?") {
			t.Fatalf("%s is %v", text, got)
		}
		for i, bounds := range [][2]int{{0, 59}, {0, 23}, {1, 31}, {1, 12}, {1, 7}} {
			values := want.Fields[i].Values()
			if i == cron.DayOfWeek {
				for k := range values {
					values[k]++ // the Scheduler's Sunday is 1
				}
			}
			if numbers := numbersOf(got[i], bounds[0], bounds[1]); !slices.Equal(values, numbers) {
				t.Fatalf("%s is %v: field %d has %v, want %v", text, got, i, numbers, values)
			}
		}
	})
}

// field draws a field of a cron expression.
func field(t *rapid.T, first, last int) string {
	n := rapid.IntRange(first, last)
	from := n.Draw(t, "from")
	to := rapid.IntRange(from, last).Draw(t, "to")
	step := rapid.IntRange(1, last).Draw(t, "step")
	return rapid.SampledFrom([]string{
		"*", fmt.Sprint(from), fmt.Sprintf("*/%d", step), fmt.Sprintf("%d-%d", from, to), fmt.Sprintf("%d-%d/%d", from, to, step),
		fmt.Sprintf("%d,%d-%d,%d", n.Draw(t, "another"), from, to, n.Draw(t, "last")),
	}).Draw(t, "field")
}

// numbersOf reads a field of the Scheduler's: none for * and ?, which restrict nothing.
func numbersOf(field string, first, last int) []int {
	if field == "*" || field == "?" {
		return nil
	}
	var numbers []int
	for item := range strings.SplitSeq(field, ",") {
		span, step, stepped := strings.Cut(item, "/")
		from, to, isRange := strings.Cut(span, "-")
		begin, end, by := numberOf(from), numberOf(from), 1
		if isRange {
			end = numberOf(to)
		}
		if stepped {
			end, by = last, numberOf(step)
		}
		for n := max(begin, first); n <= end; n += by {
			numbers = append(numbers, n)
		}
	}
	slices.Sort(numbers)
	return slices.Compact(numbers)
}

func numberOf(s string) int {
	if i := slices.Index([]string{"SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"}, s); i >= 0 {
		return i + 1
	}
	n, _ := strconv.Atoi(s)
	return n
}

// fatal is what testing.T and rapid.T have in common.
type fatal interface {
	Helper()
	Fatalf(format string, args ...any)
}

// schedule returns what a cron expression of the spec becomes.
func schedule(t fatal, expression string) string {
	t.Helper()
	doc, diags := spec.Load("isobar.yaml", fmt.Appendf(nil, "isobar: v1\nname: a\nfunctions: { f: { handler: ./f.F, schedule: %q } }\ntargets: { aws: }\n", expression))
	if diags.HasErrors() {
		t.Fatalf("%s: %s", expression, diags)
	}
	app := plan.Build(doc, plan.Packages{Root: "example.com/app"})
	files, diags := aws.New().Lower(app, app.Targets[0])
	if diags.HasErrors() {
		t.Fatalf("%s: %s", expression, diags)
	}
	template, _ := files.Get("template.yaml")
	_, rest, _ := strings.Cut(string(template), "ScheduleExpression: ")
	found, _, _ := strings.Cut(rest, "\n")
	return found
}
