package azure_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/isobar-dev/isobar/spec/cron"
)

// A schedule for Azure is second 0 of the spec's own fields: read as those are, it allows the same numbers.
func TestSchedulesKeepTheirMoments(t *testing.T) {
	for _, expression := range []string{
		"* * * * *", "0 2 * * *", "*/5 * * * *", "7,9,11 */6 * * *", "0-30/10,45 8-18/2 * * *", "0 0 1,15 * *", "0 0 */10 * *",
		"0 0 31 JAN-MAR,DEC *", "0 9 * * MON-FRI", "0 9 * * 0", "0 9 * * 7", "0 9 * * 5-7", "0 9 * * */2", "0 9 * 1-12/3 SAT,SUN",
	} {
		want, err := cron.Parse(expression)
		if err != nil {
			t.Fatal(err)
		}
		schedule := scheduleOf(t, expression)
		five, ok := strings.CutPrefix(schedule, "0 ")
		got, err := cron.Parse(five)
		if !ok || err != nil {
			t.Errorf("%s becomes %s: %v", expression, schedule, err)
			continue
		}
		for i := range want.Fields {
			if !slices.Equal(got.Fields[i].Values(), want.Fields[i].Values()) {
				t.Errorf("%s becomes %s: field %d allows %v, want %v", expression, schedule, i, got.Fields[i].Values(), want.Fields[i].Values())
			}
		}
		if days := strings.Fields(five)[cron.DayOfWeek]; strings.Contains(days, "7") {
			t.Errorf("%s becomes %s: Sunday is 0 there", expression, schedule)
		}
	}
}

// scheduleOf returns what function.json has for a cron expression.
func scheduleOf(t *testing.T, expression string) string {
	t.Helper()
	source := fmt.Sprintf("isobar: v1\nname: a\nfunctions: { tick: { handler: ./f.F, schedule: %q } }\ntargets: { azure: }\n", expression)
	data, _ := harness.Lower(t, []byte(source)).Get("package/tick/function.json")
	var f struct{ Bindings []struct{ Schedule string } }
	if err := json.Unmarshal(data, &f); err != nil || len(f.Bindings) != 1 {
		t.Fatalf("%s: %v", data, err)
	}
	return f.Bindings[0].Schedule
}
