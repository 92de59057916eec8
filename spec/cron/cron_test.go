package cron_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/isobar-dev/isobar/spec/cron"
)

func TestParseReadsWhatFieldsAllow(t *testing.T) {
	for _, c := range []struct {
		expr  string
		field int
		want  []int
	}{
		{"0 2 * * *", cron.Minute, []int{0}},
		{"0 2 * * *", cron.Hour, []int{2}},
		{"0 2 * * *", cron.DayOfMonth, nil},
		{"*/20 * * * *", cron.Minute, []int{0, 20, 40}},
		{"1,3-5,10-20/5 * * * *", cron.Minute, []int{1, 3, 4, 5, 10, 15, 20}},
		{"0 0 * JAN,mar 2", cron.Month, []int{1, 3}},
		{"0 0 * * MON-FRI", cron.DayOfWeek, []int{1, 2, 3, 4, 5}},
		{"0 0 * * 7", cron.DayOfWeek, []int{0}},
		{"0 0 * * 5-7", cron.DayOfWeek, []int{0, 5, 6}},
		{"0 0 * * 1-7/2", cron.DayOfWeek, []int{0, 1, 3, 5}},
		{"  0\t 0 1 1 *  ", cron.Month, []int{1}},
	} {
		t.Run(c.expr, func(t *testing.T) {
			expr, err := cron.Parse(c.expr)
			if err != nil {
				t.Fatal(err)
			}
			if got := expr.Fields[c.field].Values(); !slices.Equal(got, c.want) {
				t.Errorf("field %d allows %v, want %v", c.field, got, c.want)
			}
		})
	}
}

func TestEveryFiresAtItsInterval(t *testing.T) {
	for interval, want := range map[time.Duration]string{
		time.Minute: "* * * * *", 5 * time.Minute: "*/5 * * * *", 30 * time.Minute: "*/30 * * * *",
		time.Hour: "0 * * * *", 6 * time.Hour: "0 */6 * * *", 24 * time.Hour: "0 0 * * *",
	} {
		expr, err := cron.Every(interval)
		if err != nil || expr.String() != want {
			t.Errorf("%s is %q (%v), want %q", interval, expr, err, want)
		}
	}
	for _, interval := range []time.Duration{0, time.Second, 90 * time.Second, 7 * time.Minute, 45 * time.Minute, 90 * time.Minute, 5 * time.Hour, 48 * time.Hour} {
		var e *cron.Error
		if expr, err := cron.Every(interval); !errors.As(err, &e) {
			t.Errorf("%s is %q, which does not fire at equal intervals everywhere", interval, expr)
		}
	}
}

// TestAnyFieldOfNumbersIsRead writes fields of its own making, and reads them back.
func TestAnyFieldOfNumbersIsRead(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		minutes := rapid.SliceOfNDistinct(rapid.IntRange(0, 59), 1, 10, rapid.ID).Draw(t, "minutes")
		slices.Sort(minutes)
		text := strings.Trim(strings.ReplaceAll(fmt.Sprint(minutes), " ", ","), "[]")
		expr, err := cron.Parse(text + " * * * *")
		if err != nil {
			t.Fatal(err)
		}
		if got := expr.Fields[cron.Minute].Values(); !slices.Equal(got, minutes) {
			t.Fatalf("%s reads as %v", text, got)
		}
	})
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"0 2 * * *", "*/15 1-5/2,7 1,15 jan-DEC *", "@daily", "0 0 L * ?", "5-1 * * * *", "\x00", strings.Repeat("1,", 200)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		expr, err := cron.Parse(s)
		var e *cron.Error
		if err != nil {
			if !errors.As(err, &e) || e.Message == "" || e.Offset < 0 || e.Offset > len(s) {
				t.Errorf("%q: %#v", s, err)
			}
			return
		}
		again, err := cron.Parse(expr.String())
		if err != nil || fmt.Sprint(again) != fmt.Sprint(expr) {
			t.Errorf("%q is printed as %q, which is read as %v, %v", s, expr, again, err)
		}
	})
}
