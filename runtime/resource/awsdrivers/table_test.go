package awsdrivers

import (
	"testing"

	"gocloud.dev/docstore/driver"

	"github.com/isobar-dev/isobar/runtime/resource"
)

// What of a query is left for the function to look at, and where it can stop: behind the other end of a range it reads nothing.
func TestLocalFilters(t *testing.T) {
	where := func(attribute, op string, value any) driver.Filter {
		return driver.Filter{FieldPath: []string{attribute}, Op: op, Value: value}
	}
	user, from, until, some := where("user", "=", "ada"), where("at", ">=", 1), where("at", "<", 5), where("at", "in", []int{1, 2})
	page := where("page", "=", "x")
	for name, c := range map[string]struct {
		query driver.Query
		want  resource.Local
	}{
		"one end":           {driver.Query{Filters: []driver.Filter{user, until, page}}, resource.Local{}},
		"both":              {driver.Query{Filters: []driver.Filter{user, until, from}}, resource.Local{Filters: []driver.Filter{until}, Ends: true}},
		"both, backwards":   {driver.Query{Filters: []driver.Filter{user, from, until}, OrderByField: "at"}, resource.Local{Filters: []driver.Filter{from}, Ends: true}},
		"two of one end":    {driver.Query{Filters: []driver.Filter{user, from, where("at", ">", 2)}}, resource.Local{Filters: []driver.Filter{where("at", ">", 2)}}},
		"a list":            {driver.Query{Filters: []driver.Filter{user, some}}, resource.Local{Filters: []driver.Filter{some}}},
		"a list in a range": {driver.Query{Filters: []driver.Filter{user, from, some}}, resource.Local{Filters: []driver.Filter{some}}},
		"no key":            {driver.Query{Filters: []driver.Filter{from, until}}, resource.Local{}},
		"two orders": {
			driver.Query{Filters: []driver.Filter{user, where("email", "=", "x"), where("age", "=", 1), from, until}},
			resource.Local{Filters: []driver.Filter{until}},
		},
	} {
		got := Local(&c.query, [][]string{{"user", "at"}, {"email", "age"}})
		same := len(got.Filters) == len(c.want.Filters) && got.Ends == c.want.Ends
		for i := range min(len(got.Filters), len(c.want.Filters)) {
			same = same && got.Filters[i].Op == c.want.Filters[i].Op && got.Filters[i].FieldPath[0] == c.want.Filters[i].FieldPath[0]
		}
		if !same {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
}
